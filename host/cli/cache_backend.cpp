// SPDX-License-Identifier: Apache-2.0
#include "cli/cache_backend.hpp"

#include "cli/open_backend.hpp"

namespace larder::host {
namespace {

constexpr std::chrono::milliseconds kStartPing{500};

}  // namespace

std::unique_ptr<Backend> openCacheBackend(const Config& config, PluginSet& plugins, BackendReports& reports) {
  return openBackend(config.cache.backend, config.backends.at(config.cache.backend), plugins, reports);
}

void logWhetherItAnswers(Backend& backend, const Logger& logger) {
  const auto answer = backend.perform({.code = OpCode::ping}, backend.in(kStartPing));
  if (answer.status == Status::ok)
    logger.log(LogLevel::info, "serve", "the backend answers", {{"backend", backend.name()}});
  else
    logger.log(LogLevel::warning, "serve", "the backend does not answer; serving without it until it does",
               {{"backend", backend.name()}, {"status", toString(answer.status)}, {"reason", answer.error}});
}

void drain(Backend& backend, std::chrono::milliseconds limit, const Logger& logger) {
  if (backend.drain(backend.in(limit)) != Status::ok)
    logger.log(LogLevel::warning, "serve", "operations of the backend were cut short");
}

}  // namespace larder::host
