// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_CACHE_BACKEND_HPP
#define LARDER_SERVE_CACHE_BACKEND_HPP

#include <larder/backend.hpp>
#include <larder/cache.hpp>
#include <larder/circuit_breaker.hpp>

#include <chrono>

#include "config/config.hpp"
#include "logging/logger.hpp"

namespace larder::host {

/// Pings the backend for at most half a second and logs the outcome. A backend that is down does not delay
/// the start: handlers answer requests until it is back.
void logWhetherItAnswers(Backend& backend, const Logger& logger);

/// Pings the backend too; throws std::runtime_error with the reason if it does not answer.
void requireAnAnswer(Backend& backend);

/// Returns the settings of the cache's circuit breaker. It logs one line when an outage begins and one when
/// it ends. `backend` and `logger` must outlive the cache.
CircuitOptions loggedCircuit(const CacheConfig& config, const Backend& backend, const Logger& logger);

/// Retries the pending invalidations once, for at most `limit`. Logs how many are lost and the names of the
/// first.
void finishInvalidations(Cache& cache, std::chrono::milliseconds limit, const Logger& logger);

/// Waits at most `limit` for operations in flight to finish; logs if any were cut short.
void drain(Backend& backend, std::chrono::milliseconds limit, const Logger& logger);

}  // namespace larder::host

#endif
