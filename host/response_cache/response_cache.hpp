// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_RESPONSE_CACHE_HPP
#define LARDER_RESPONSE_CACHE_RESPONSE_CACHE_HPP

#include <larder/cache.hpp>

#include "endpoint/endpoint.hpp"

namespace larder::http {

/// Answers requests to a cached endpoint: from the cache, or by its handler, whose response is then kept
/// (RFC 9111). Says which it was in Cache-Status (RFC 9211), and answers conditional requests (RFC 9110 13).
/// Thread-safe.
class ResponseCache {
 public:
  explicit ResponseCache(Cache& cache) : cache_(cache) {}

  /// `endpoint` has a policy. Throws what the handler throws.
  Response respond(const Endpoint& endpoint, const Request& request) const;

 private:
  Cache& cache_;
};

}  // namespace larder::http

#endif
