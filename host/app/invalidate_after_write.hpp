// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_APP_INVALIDATE_AFTER_WRITE_HPP
#define LARDER_APP_INVALIDATE_AFTER_WRITE_HPP

#include <larder/cache.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <larder/http/router.hpp>
#include <larder/http/write_observer.hpp>

namespace larder::http {

/// Whether the method may change something (RFC 9110 9.2.1): any but GET, HEAD, OPTIONS and TRACE.
bool isWrite(std::string_view method);

/// Whether a write with this response has changed something, or may have: any but a 4xx. A redirect after a
/// form is a success, and a 5xx leaves open how far the handler came.
bool mayHaveWritten(int status);

/// What one cache, one router and one sink of faults have to do after a write.
class WriteInvalidation {
 public:
  /// All must outlive it. `faults` may be empty, `observer` null.
  WriteInvalidation(Cache& cache, const Router& router, const FaultSink& faults, WriteObserver* observer)
      : cache_(cache), router_(router), faults_(faults), observer_(observer) {}

  /// Makes stale what the write `request` to `endpoint` may have changed: the endpoint's tags, and what is
  /// stored for a GET of the same target (RFC 9111 4.4), with the variants that were learned from Vary. Where
  /// a policy varies by headers or by the session, that is the variant of this request; the others need a
  /// tag. After a 2xx or 3xx also what is stored for the Location and the Content-Location of `response`, if
  /// they are of the same host, and the groups of its Cache-Group-Invalidation (RFC 9875). `response` is null
  /// if there is none.
  ///
  /// Waits for the backend. Tells the sink of a failure and does not throw: the write has happened, so its
  /// response stands, and the invalidation is tried again in the background.
  void run(const Endpoint& endpoint, const Request& request, const Response* response) const;

  /// Whether a GET of the request's target is cached here, so that a write to it concerns the cache.
  bool concerns(const Request& request) const;

 private:
  struct Target {
    Request request;  // the GET
    const Endpoint* endpoint = nullptr;
  };
  // The GET of `target` by the client that sent `request`.
  Target targetOf(const std::string& target, const Request& request) const;
  Status invalidateTags(const Endpoint& endpoint, const std::vector<std::string>& tags) const;
  Status eraseTarget(const Endpoint& endpoint, const Target& target) const;
  void tell(const Endpoint& endpoint, std::string_view what) const;

  Cache& cache_;
  const Router& router_;
  const FaultSink& faults_;
  WriteObserver* observer_;
};

}  // namespace larder::http

#endif
