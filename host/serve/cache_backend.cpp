// SPDX-License-Identifier: Apache-2.0
#include "serve/cache_backend.hpp"

#include <algorithm>
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

// A backend that does not answer must not replace one that does.
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
      logger.log(LogLevel::info, "serve", "the backend has recovered", {{"backend", backend.name()}});
      return;
    }
    if (std::exchange(told, true)) return;  // a failed retry is part of the same outage
    logger.log(LogLevel::warning, "serve", "the backend keeps failing; serving without it",
               {{"backend", backend.name()}});
  };
  return {.failures = config.circuitFailures, .openFor = config.circuitOpenFor, .onChange = log};
}

void finishInvalidations(Cache& cache, std::chrono::milliseconds limit, const Logger& logger) {
  constexpr std::size_t named = 10;
  const auto lost = cache.finishInvalidations(limit);
  if (lost.empty()) return;
  std::string names;
  for (std::size_t i = 0; i < std::min(named, lost.size()); ++i) names += (i == 0 ? "" : ", ") + lost[i];
  if (lost.size() > named) names += ", ...";
  logger.log(LogLevel::error, "serve", "invalidations are lost; other hosts may serve what they cover",
             {{"count", std::to_string(lost.size())}, {"of", names}});
}

void drain(Backend& backend, std::chrono::milliseconds limit, const Logger& logger) {
  if (backend.drain(backend.in(limit)) != Status::ok)
    logger.log(LogLevel::warning, "serve", "backend operations were cut short");
}

}  // namespace larder::host
