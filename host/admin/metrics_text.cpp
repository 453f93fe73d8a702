// SPDX-License-Identifier: Apache-2.0
#include "admin/metrics_text.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace larder::host {
namespace {

std::string escaped(std::string_view text, bool within_quotes) {
  std::string safe;
  for (const char c : text) {
    if (c == '\n') {
      safe += "\\n";
      continue;
    }
    if (c == '\\' || (within_quotes && c == '"')) safe += '\\';
    safe += c;
  }
  return safe;
}

// Omits trailing zeros, as Prometheus's own clients do.
std::string inSeconds(std::chrono::nanoseconds duration) {
  constexpr std::size_t digits = 9;
  const auto whole = std::chrono::floor<std::chrono::seconds>(duration);
  auto fraction = std::to_string((duration - whole).count());
  fraction.insert(0, digits - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return std::to_string(whole.count()) + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace

void MetricsText::begin(MetricKind kind, std::string_view name, std::string_view help) {
  begin(kind == MetricKind::counter ? "counter" : "gauge", name, help);
}

void MetricsText::beginHistogram(std::string_view name, std::string_view help) {
  begin("histogram", name, help);
}

void MetricsText::begin(std::string_view type, std::string_view name, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + " " + escaped(help, false) + "\n";
  text_ += "# TYPE " + name_ + " " + std::string(type) + "\n";
}

void MetricsText::duration(Labels labels, std::chrono::nanoseconds value) {
  append({}, labels, inSeconds(value));
}

void MetricsText::histogram(Labels labels, const http::DurationHistogram::Counts& counts) {
  const auto& bounds = http::DurationHistogram::kBounds;
  std::uint64_t total = 0;  // Prometheus's buckets are cumulative
  for (std::size_t i = 0; i < counts.buckets.size(); ++i) {
    total += counts.buckets[i];
    const auto bound = i < bounds.size() ? inSeconds(bounds[i]) : std::string("+Inf");
    append("_bucket", labels, std::to_string(total), {"le", bound});
  }
  append("_sum", labels, inSeconds(counts.sum));
  append("_count", labels, std::to_string(total));
}

void MetricsText::append(std::string_view suffix, Labels labels, std::string_view number, Label last) {
  text_ += name_;
  text_ += suffix;
  const char* before = "{";
  const auto add = [&](const Label& label) {
    text_ += before + std::string(label.first) + "=\"" + escaped(label.second, true) + "\"";
    before = ",";
  };
  for (const auto& label : labels) add(label);
  if (!last.first.empty()) add(last);
  if (*before == ',') text_ += "}";
  text_ += " " + std::string(number) + "\n";
}

}  // namespace larder::host
