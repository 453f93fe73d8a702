// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_RESPONSE_CACHE_HPP
#define LARDER_HTTP_RESPONSE_CACHE_HPP

#include <larder/cache.hpp>

#include <memory>
#include <optional>

#include <larder/http/endpoint.hpp>

namespace larder::http {

class Exchange;

/// Answers requests to a cached endpoint from the cache, or runs the handler and stores its response (RFC
/// 9111). Reports the source in Cache-Status (RFC 9211), and answers conditional requests (RFC 9110 13).
/// Thread-safe.
class ResponseCache {
 public:
  explicit ResponseCache(Cache& cache) : cache_(cache) {}

  /// Returns the response if a backend in memory has it fresh. On nullopt, call respond(), which does not
  /// repeat the look-up before it runs the handler. `endpoint` must have a policy.
  std::optional<Response> findFresh(const Endpoint& endpoint, const Request& request) const;

  /// Answers a request for which findFresh() returned nullopt, to an endpoint with a policy. If a backend
  /// that does I/O has the response, answers on the backend's thread; otherwise on the exchange's workers,
  /// where the handler ran. Does not block, unless the policy varies by session: then this loads the session.
  void respond(const std::shared_ptr<Exchange>& exchange) const;

 private:
  Cache& cache_;
};

}  // namespace larder::http

#endif
