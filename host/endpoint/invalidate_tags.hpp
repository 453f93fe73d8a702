// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENDPOINT_INVALIDATE_TAGS_HPP
#define LARDER_ENDPOINT_INVALIDATE_TAGS_HPP

#include <larder/cache.hpp>

#include <larder/http/endpoint.hpp>

namespace larder::http {

/// Makes the tags stale that the endpoint invalidates, after a write that succeeded. Tells `faults`, which
/// may be empty, of a failure: the write has happened, so its response stands; that other hosts may serve old
/// values for now is for the operator to know.
void invalidateTags(Cache& cache, const Endpoint& endpoint, const Request& request, const FaultSink& faults);

}  // namespace larder::http

#endif
