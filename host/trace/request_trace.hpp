// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TRACE_REQUEST_TRACE_HPP
#define LARDER_TRACE_REQUEST_TRACE_HPP

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include <larder/http/tracing.hpp>
#include "http/current_span.hpp"
#include "trace/tracer.hpp"

namespace larder::http {

/// The spans of one request, and its times for Server-Timing. Every step is optional; look-ups and waits end
/// at most once. Thread-safe after record().
class RequestTrace {
 public:
  /// `begun` is the monotonic clock's time, at which the look-up begins too. `timed`: responses get a
  /// Server-Timing.
  RequestTrace(std::shared_ptr<Tracer> tracer, std::chrono::nanoseconds begun, bool timed);
  RequestTrace(const RequestTrace&) = delete;
  RequestTrace& operator=(const RequestTrace&) = delete;
  ~RequestTrace() { forgetLoad(); }

  /// Begins the request's span, as a child of the caller's if there is one. Returns its context.
  TraceContext record(const Request& request, std::optional<TraceContext> caller);
  bool isRecorded() const { return static_cast<bool>(context_.spanId); }
  const TraceContext& context() const { return context_; }

  /// Ends the look-up: the request goes on to a handler.
  void endLookUp();
  /// Ends the look-up, and begins to wait for the handler run of another request.
  void beginWait() { waitBegun_ = now(); }
  /// The request received that run's result, whose bytes lie at `payload`.
  void endWait(const void* payload);

  /// Notes that the result of the latest handler run has its bytes at `payload`, which must stay there until
  /// forgetLoad().
  void rememberLoad(const void* payload);
  void forgetLoad();

  /// Notes the request's route, "GET /users/{id}". Call it before end(), which may find the endpoint gone.
  void matched(std::string route) { route_ = std::move(route); }
  /// Ends the request; call it once. Adds Server-Timing to the response if wanted.
  void end(Response& response);

  /// Begins a child span of `parent`; it is over when it is passed to endSpan().
  Span newSpan(const TraceContext& parent, std::string_view name, SpanKind kind) const;
  void endSpan(Span span, std::chrono::nanoseconds begun) const;
  /// Counts a handler run.
  void endHandler(SpanId span, std::chrono::nanoseconds took);

  std::chrono::nanoseconds now() const { return tracer_->clock().monotonic(); }

 private:
  using Moment = std::atomic<std::chrono::nanoseconds>;
  static constexpr std::chrono::nanoseconds kNone{-1};

  void endStep(std::string_view name, std::chrono::nanoseconds begun, std::optional<SpanLink> link = {});
  void addServerTiming(Response& response, std::chrono::nanoseconds took) const;

  const std::shared_ptr<Tracer> tracer_;
  const std::chrono::nanoseconds begun_;
  const std::chrono::milliseconds realBegun_;
  const bool timed_;
  Span root_;
  TraceContext context_;  // of root_
  std::string route_;
  Moment lookUpBegun_;
  Moment waitBegun_{kNone};
  Moment lookUpTook_{kNone};
  Moment handlerTook_{kNone};
  std::atomic<std::uint64_t> handlerSpan_{0};
  std::atomic<const void*> load_{nullptr};
};

/// Returns the request's trace; null if it is neither traced nor timed.
inline RequestTrace* traceOf(const Request& request) {
  return request.boundSpan ? request.boundSpan->trace.get() : nullptr;
}

/// A handler run as a span of the request.
class HandlerSpan {
 public:
  explicit HandlerSpan(const Request& request);
  HandlerSpan(const HandlerSpan&) = delete;
  HandlerSpan& operator=(const HandlerSpan&) = delete;
  ~HandlerSpan();

  /// The request to run the handler with.
  const Request& request() const { return inner_ ? *inner_ : outer_; }
  void answered(const Response& response) { span_.failed = response.status >= 500; }
  void threw(const std::exception& exception);

 private:
  const Request& outer_;
  std::optional<Request> inner_;  // a copy whose current span is this one, if the request is traced
  Span span_;
  const std::chrono::nanoseconds begun_;
};

/// Returns the response of `run(request)`, with its time as a span if the request is traced.
template <class Run>
Response inHandlerSpan(const Request& request, Run run) {
  if (!request.boundSpan) return run(request);
  HandlerSpan span(request);
  try {
    auto response = run(span.request());
    span.answered(response);
    return response;
  } catch (const std::exception& exception) {
    span.threw(exception);
    throw;
  }
}

}  // namespace larder::http

#endif
