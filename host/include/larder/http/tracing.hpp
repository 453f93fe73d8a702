// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_TRACING_HPP
#define LARDER_HTTP_TRACING_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <larder/http/trace_context.hpp>

namespace larder::http {

/// Which requests an App traces. The default is none.
struct TracingOptions {
  /// The fraction of requests that are traced, 0 to 1, chosen at random. A traced request continues the trace
  /// of its `traceparent`, or begins one.
  double sample = 0;
  /// Lets the caller decide instead of `sample` where a request has a valid `traceparent`: traced if its
  /// sampled flag is set. Any client can then have all of its requests traced.
  bool followCallers = false;
  /// Adds `Server-Timing` to every response: the time of the look-up, of the handler and of the whole, in
  /// milliseconds. Clients then see how long the handler takes.
  bool serverTiming = false;
};

enum class SpanKind : std::uint8_t {
  server,    ///< a request
  internal,  ///< a step of it: a look-up in the cache, a handler
  client     ///< a call of another service, such as a database
};

/// Returns "server", "internal" or "client".
std::string_view toString(SpanKind kind);

struct SpanAttribute {
  std::string name;  ///< of OpenTelemetry's semantic conventions where these have one, "http.route"
  std::variant<std::string, std::int64_t> value;
};

struct SpanLink {
  TraceId traceId;
  SpanId spanId;
};

/// A finished step of a traced request.
///
/// The span of a request is of kind server and named by its route, "GET /users/{id}". Its children are
/// `cache.lookup`, `cache.wait` for a request that waited for another request's handler, and `handler`; the
/// children of `handler` are the ChildSpans of the handler. A handler that refreshes a value in the
/// background may finish after the span of its request.
struct Span {
  TraceId traceId{};
  SpanId spanId{};
  SpanId parent{};      ///< of a request: the span in its `traceparent`; all zeros: it begins the trace
  std::string state{};  ///< TraceContext::state
  std::string name{};
  SpanKind kind = SpanKind::internal;
  std::chrono::nanoseconds start{0};  ///< since 1970 UTC; exact to 1 ms, but to 1 ns among spans of a request
  std::chrono::nanoseconds duration{0};
  std::vector<SpanAttribute> attributes{};
  std::vector<SpanLink> links{};  ///< of `cache.wait`: the `handler` span whose result it received, if traced
  bool failed = false;            ///< a status of 500 or more, or an exception
};

/// Receives the spans of an App's traced requests, each when it ends: children come before their parents.
/// Called on the threads that answer requests and run handlers, on several at once; must neither throw nor
/// block.
class SpanObserver {
 public:
  virtual ~SpanObserver() = default;
  virtual void ended(const Span& span) = 0;
};

}  // namespace larder::http

#endif
