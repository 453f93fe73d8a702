// SPDX-License-Identifier: Apache-2.0
#include "logging/span_log.hpp"

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <variant>

#include "logging/logger.hpp"

namespace larder::host {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::size_t kLongestText = 512;  // bytes of one value; in JSON, one byte may become six

bool isPlain(std::string_view text) {
  for (const char c : text)
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') return false;
  return true;
}

// Most texts need no escape, and going through a JSON value costs several times as much as the rest of a
// line.
void addText(std::string_view text, std::string& line) {
  const auto shown = text.substr(0, kLongestText);
  if (isPlain(shown)) {
    line.append("\"").append(shown).append("\"");
    return;
  }
  using Json = nlohmann::json;
  line += Json(shown).dump(-1, ' ', true, Json::error_handler_t::replace);
}

void addField(std::string_view name, std::string_view value, std::string& line) {
  line += ',';
  addText(name, line);
  line += ':';
  addText(value, line);
}

// Returns "2026-11-23T11:00:00.123456Z": the spans of a request are often less than a millisecond apart.
std::string inMicroseconds(nanoseconds time) {
  const auto whole = std::chrono::floor<milliseconds>(time);
  const auto rest = std::chrono::floor<microseconds>(time - whole).count();
  auto text = formatTime(whole);
  text.pop_back();
  return text.append(std::to_string(1000 + rest), 1, 3).append("Z");
}

// Returns microseconds with one decimal.
std::string inTenths(nanoseconds duration) {
  const auto tenths = duration.count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

void addAttributes(const http::Span& span, std::string& line) {
  line += ",\"attributes\":{";
  for (const auto& [name, value] : span.attributes) {
    if (line.back() != '{') line += ',';
    addText(name, line);
    line += ':';
    if (const auto* const number = std::get_if<std::int64_t>(&value))
      line += std::to_string(*number);
    else
      addText(std::get<std::string>(value), line);
  }
  line += '}';
}

void addLinks(const http::Span& span, std::string& line) {
  line += ",\"links\":[";
  for (const auto& link : span.links) {
    if (line.back() != '[') line += ',';
    line += "{\"trace_id\":\"" + toHex(link.traceId) + "\",\"span_id\":\"" + toHex(link.spanId) + "\"}";
  }
  line += ']';
}

}  // namespace

std::string formatSpan(const http::Span& span) {
  std::string line;
  line.reserve(512);
  line += "{\"time\":\"" + inMicroseconds(span.start) + "\"";
  addField("span", span.name, line);
  addField("kind", toString(span.kind), line);
  line += ",\"trace_id\":\"" + toHex(span.traceId) + "\",\"span_id\":\"" + toHex(span.spanId) + "\"";
  if (span.parent) line += ",\"parent_span_id\":\"" + toHex(span.parent) + "\"";
  line += ",\"us\":" + inTenths(span.duration);
  if (span.failed) line += R"(,"status":"error")";
  if (!span.attributes.empty()) addAttributes(span, line);
  if (!span.links.empty()) addLinks(span, line);
  line += "}\n";
  return line;
}

}  // namespace larder::host
