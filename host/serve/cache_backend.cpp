// SPDX-License-Identifier: Apache-2.0
#include "serve/cache_backend.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace larder::host {
namespace {

constexpr std::chrono::milliseconds kStartPing{500};

Outcome ping(Backend& backend) { return backend.perform({.code = OpCode::ping}, backend.in(kStartPing)); }

}  // namespace

void logWhetherItAnswers(Backend& backend, const Logger& logger) {
  const auto answer = ping(backend);
  if (answer.status == Status::ok)
    logger.log(LogLevel::info, "serve", "the backend answers", {{"backend", backend.name()}});
  else
    logger.log(LogLevel::warning, "serve", "the backend does not answer; serving without it until it does",
               {{"backend", backend.name()}, {"status", toString(answer.status)}, {"reason", answer.error}});
}

// Where one runs already that answers, one that does not is no improvement.
void requireAnAnswer(Backend& backend) {
  const auto answer = ping(backend);
  if (answer.status != Status::ok)
    throw std::runtime_error("backends." + std::string(backend.name()) +
                             ": does not answer: " + std::string(toString(answer.status)) +
                             (answer.error.empty() ? "" : ", " + answer.error));
}

CircuitOptions loggedCircuit(const CacheConfig& config, const Backend& backend, const Logger& logger) {
  const auto log = [&backend, &logger, told = false](CircuitState state) mutable {
    if (state == CircuitState::closed) {
      told = false;
      logger.log(LogLevel::info, "serve", "the backend is used again", {{"backend", backend.name()}});
      return;
    }
    if (std::exchange(told, true)) return;  // a try that failed begins no new outage
    logger.log(LogLevel::warning, "serve", "the backend failed several times in a row; serving without it",
               {{"backend", backend.name()}});
  };
  return {.failures = config.circuitFailures, .openFor = config.circuitOpenFor, .onChange = log};
}

void drain(Backend& backend, std::chrono::milliseconds limit, const Logger& logger) {
  if (backend.drain(backend.in(limit)) != Status::ok)
    logger.log(LogLevel::warning, "serve", "operations of the backend were cut short");
}

}  // namespace larder::host
