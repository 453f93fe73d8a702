// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CHILD_SPAN_HPP
#define LARDER_HTTP_CHILD_SPAN_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <larder/http/request.hpp>
#include <larder/http/tracing.hpp>

namespace larder::http {

/// A step of a handler, from the constructor to the destructor, as a child of the request's current span.
/// Costs one branch if the request is not traced.
///
///     ChildSpan query(request, "SELECT users", SpanKind::client);
///     query.set("db.system.name", "sqlite");
///
/// If an exception leaves its scope, the span is marked as failed. Not thread-safe. The observer is called in
/// the destructor.
class ChildSpan {
 public:
  /// `request` must be the one that the handler was given, or a copy of it, and must outlive the span. `name`
  /// is copied.
  ChildSpan(const Request& request, std::string_view name, SpanKind kind = SpanKind::internal);
  ChildSpan(const ChildSpan&) = delete;
  ChildSpan& operator=(const ChildSpan&) = delete;
  ~ChildSpan();

  /// Adds an attribute; both arguments are copied.
  void set(std::string_view name, std::string_view value);
  void set(std::string_view name, std::int64_t value);

  /// Returns the context to pass to a service that this step calls; nullopt as in Request::traceContext().
  std::optional<TraceContext> context() const;

 private:
  const Request& request_;
  std::unique_ptr<Span> span_;         // null: not traced
  std::chrono::nanoseconds begun_{0};  // of the monotonic clock
  int exceptions_ = 0;                 // in flight when the step began
};

}  // namespace larder::http

#endif
