// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_RESPONSE_CACHE_HPP
#define LARDER_HTTP_RESPONSE_CACHE_HPP

#include <larder/cache.hpp>
#include <larder/executor.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <larder/http/endpoint.hpp>
#include <larder/http/gate.hpp>

namespace larder::http {

/// Answers requests to a cached endpoint: from the cache, or by its handler, whose response is then kept
/// (RFC 9111). Says which it was in Cache-Status (RFC 9211), and answers conditional requests (RFC 9110 13).
/// Thread-safe.
class ResponseCache {
 public:
  /// Gets the response, or else why there is none: what the handler threw, or Overloaded.
  using Done = std::function<void(Response, const std::exception_ptr&)>;

  /// Handlers run while `gate` is open; what they belong to is not touched after it was closed.
  ResponseCache(Cache& cache, GatePtr gate) : cache_(cache), gate_(std::move(gate)) {}

  /// The answer to the request if a backend in memory has it fresh; nothing where respond() is to be asked,
  /// which then looks no more before it runs the handler. `endpoint` has a policy.
  std::optional<Response> findFresh(const Endpoint& endpoint, const Request& request) const;

  /// For a request that findFresh() has no answer to. Calls `done` once: for what a backend has that does
  /// I/O, on that one's thread; else where the handler ran, on `workers`, which must live until then. Waits
  /// for nothing, unless the policy varies by session: then this loads it. `endpoint` has a policy.
  void respond(const Endpoint& endpoint, std::shared_ptr<const Request> request, Executor& workers,
               Done done) const;

 private:
  Cache& cache_;
  const GatePtr gate_;
};

}  // namespace larder::http

#endif
