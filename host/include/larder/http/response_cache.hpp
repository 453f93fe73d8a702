// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_RESPONSE_CACHE_HPP
#define LARDER_HTTP_RESPONSE_CACHE_HPP

#include <larder/cache.hpp>

#include <memory>
#include <optional>

#include <larder/http/endpoint.hpp>

namespace larder::http {

class Exchange;

/// Answers requests to a cached endpoint: from the cache, or by its handler, whose response is then kept
/// (RFC 9111). Says which it was in Cache-Status (RFC 9211), and answers conditional requests (RFC 9110 13).
/// Thread-safe.
class ResponseCache {
 public:
  explicit ResponseCache(Cache& cache) : cache_(cache) {}

  /// The answer to the request if a backend in memory has it fresh; nothing where respond() is to be asked,
  /// which then looks no more before it runs the handler. `endpoint` has a policy.
  std::optional<Response> findFresh(const Endpoint& endpoint, const Request& request) const;

  /// For a request that findFresh() has no answer to, to an endpoint with a policy. Answers the exchange: for
  /// what a backend has that does I/O, on that one's thread; else where the handler ran, on the exchange's
  /// workers. Waits for nothing, unless the policy varies by session: then this loads it.
  void respond(const std::shared_ptr<Exchange>& exchange) const;

 private:
  Cache& cache_;
};

}  // namespace larder::http

#endif
