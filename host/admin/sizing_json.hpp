// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_SIZING_JSON_HPP
#define LARDER_ADMIN_SIZING_JSON_HPP

#include <larder/backend.hpp>

#include <nlohmann/json.hpp>

#include <larder/http/duration_histogram.hpp>

namespace larder::host {

/// What `backend` estimates that less or more memory would bring: per size the hits, and the handlers' time
/// in milliseconds that they would save or, if negative, cost. The time is valued by the responses so far of
/// the cached routes, from the cache and from their handlers. Sums over `gets`, which the estimate is about;
/// `lookups` are all since the backend was opened. null if it estimates nothing.
nlohmann::ordered_json sizingAsJson(const Backend& backend, const http::DurationHistogram::Counts& fromCache,
                                    const http::DurationHistogram::Counts& fromHandler);

}  // namespace larder::host

#endif
