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

/// Returns whether the method may have side effects (RFC 9110 9.2.1): any except GET, HEAD, OPTIONS and
/// TRACE.
bool isWrite(std::string_view method);

/// Returns whether a write with this response has changed something, or may have: any status except 4xx. A
/// redirect after a form is a success, and after a 5xx it is unknown how far the handler got.
bool mayHaveWritten(int status);

/// The invalidation to do after a write, for one cache, one router and one fault sink.
class WriteInvalidation {
 public:
  /// All must outlive it. `faults` may be empty, `observer` null.
  WriteInvalidation(Cache& cache, const Router& router, const FaultSink& faults, WriteObserver* observer)
      : cache_(cache), router_(router), faults_(faults), observer_(observer) {}

  /// Invalidates what the write `request` to `endpoint` may have changed: the endpoint's tags, and the entry
  /// for a GET of the same target (RFC 9111 4.4) with the variants learned from Vary. If a policy varies by
  /// headers or by session, this covers the variant of this request; other variants need a tag. After a 2xx
  /// or 3xx it also covers the Location and Content-Location of `response`, if they are on the same host, and
  /// the groups in its Cache-Group-Invalidation (RFC 9875). `response` is null if there is none.
  ///
  /// Waits for the backend. Reports a failure to the sink and does not throw: the write has happened, so its
  /// response stands, and the invalidation is retried in the background.
  /// response stands, and the invalidation is retried in the background.
  void run(const Endpoint& endpoint, const Request& request, const Response* response) const;

  /// Returns whether a GET of the request's target is cached, in which case a write to it affects the cache.
  bool concerns(const Request& request) const;

 private:
  struct Target {
    Request request;  // the GET
    const Endpoint* endpoint = nullptr;
  };
  // Returns the GET of `target` by the client that sent `request`.
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
