// SPDX-License-Identifier: Apache-2.0
#include <larder/http/trace_context.hpp>

#include <cstddef>

#include <larder/http/headers.hpp>

namespace larder::http {
namespace {

constexpr std::size_t kLength = 55;  // of version 00
constexpr std::uint64_t kSampled = 1;
constexpr std::uint64_t kInvalidVersion = 0xff;

void appendHex(std::uint64_t number, std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) text += digits[(number >> shift) & 15];
}

// Accepts at most 16 digits. Upper case is invalid in a traceparent.
std::optional<std::uint64_t> hexNumber(std::string_view text) {
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      number = number << 4 | static_cast<std::uint64_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      number = number << 4 | static_cast<std::uint64_t>(c - 'a' + 10);
    else
      return std::nullopt;
  }
  return number;
}

}  // namespace

std::string toHex(TraceId id) {
  std::string text;
  text.reserve(32);
  appendHex(id.high, text);
  appendHex(id.low, text);
  return text;
}

std::string toHex(SpanId id) {
  std::string text;
  text.reserve(16);
  appendHex(id.value, text);
  return text;
}

std::string TraceContext::traceparent() const {
  std::string text;
  text.reserve(kLength);
  text += "00-";
  appendHex(traceId.high, text);
  appendHex(traceId.low, text);
  text += '-';
  appendHex(spanId.value, text);
  text += sampled ? "-01" : "-00";
  return text;
}

// version "-" trace-id "-" parent-id "-" flags; a later version may append "-" and more.
std::optional<TraceContext> parseTraceparent(std::string_view text) {
  if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  const auto version = hexNumber(text.substr(0, 2));
  if (!version || *version == kInvalidVersion) return std::nullopt;
  if (text.size() > kLength && (*version == 0 || text[kLength] != '-')) return std::nullopt;
  const auto high = hexNumber(text.substr(3, 16));
  const auto low = hexNumber(text.substr(19, 16));
  const auto parent = hexNumber(text.substr(36, 16));
  const auto flags = hexNumber(text.substr(53, 2));
  if (!high || !low || !parent || !flags) return std::nullopt;
  TraceContext context{
      .traceId = {*high, *low}, .spanId = {*parent}, .sampled = (*flags & kSampled) != 0, .state = {}};
  if (!context.traceId || !context.spanId) return std::nullopt;
  return context;
}

std::optional<TraceContext> traceContextIn(const Headers& headers) {
  const auto parent = headers.get("traceparent");
  if (!parent) return std::nullopt;
  auto context = parseTraceparent(*parent);
  if (!context || headers.joined("traceparent")->size() != parent->size()) return std::nullopt;
  context->state = headers.joined("tracestate").value_or(std::string());
  return context;
}

}  // namespace larder::http
