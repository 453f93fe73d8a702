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

/// Asks the backend, for half a second at most, and logs what came of it. One that is down delays nothing:
/// requests are answered by their handlers until it is back.
void logWhetherItAnswers(Backend& backend, const Logger& logger);

/// Asks as well; throws std::runtime_error, which says why, if it does not answer.
void requireAnAnswer(Backend& backend);

/// When the cache gives up on the backend, and for how long; an outage is a line in the log at its beginning
/// and one at its end. `backend` and `logger` must outlive the cache.
CircuitOptions loggedCircuit(const CacheConfig& config, const Backend& backend, const Logger& logger);

/// Tries once more, for at most `limit`, the invalidations that the backend did not take; logs how many are
/// lost, and the first of them by name.
void finishInvalidations(Cache& cache, std::chrono::milliseconds limit, const Logger& logger);

/// Lets operations in flight finish for at most `limit`; logs if some were cut.
void drain(Backend& backend, std::chrono::milliseconds limit, const Logger& logger);

}  // namespace larder::host

#endif
