// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_TRACE_CONTEXT_HPP
#define LARDER_HTTP_TRACE_CONTEXT_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder::http {

class Headers;

/// The id of a trace: 16 bytes in network order. All zeros is no id.
struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  bool operator==(const TraceId&) const = default;
  explicit operator bool() const { return high != 0 || low != 0; }
};

/// The id of a span: 8 bytes in network order. All zeros is no id.
struct SpanId {
  std::uint64_t value = 0;

  bool operator==(const SpanId&) const = default;
  explicit operator bool() const { return value != 0; }
};

/// Returns 32 and 16 lower-case hex digits.
std::string toHex(TraceId id);
std::string toHex(SpanId id);

/// The place of a request in a distributed trace, as W3C Trace Context defines it. To pass it on to a service
/// that a handler calls, send `traceparent()` as `traceparent`, and `state`, unless empty, as `tracestate`.
struct TraceContext {
  TraceId traceId{};
  SpanId spanId{};       ///< of the caller: the parent of what the called service does
  bool sampled = false;  ///< the caller records its spans
  std::string state{};   ///< the value of tracestate as received; empty if there was none

  /// Returns "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".
  std::string traceparent() const;
};

/// Parses a value of `traceparent`. Returns nullopt unless it is valid: lower-case hex digits, a version
/// other than ff, ids that are not all zeros. Of a version later than 00 only the fields of 00 are read.
std::optional<TraceContext> parseTraceparent(std::string_view text);

/// Returns the context in a request's fields `traceparent` and `tracestate`; nullopt if the former is absent,
/// repeated or invalid.
std::optional<TraceContext> traceContextIn(const Headers& headers);

}  // namespace larder::http

#endif
