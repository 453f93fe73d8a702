// SPDX-License-Identifier: Apache-2.0
#include "admin/metrics_text.hpp"

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

}  // namespace

void MetricsText::begin(MetricKind kind, std::string_view name, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + " " + escaped(help, false) + "\n";
  text_ += "# TYPE " + name_ + (kind == MetricKind::counter ? " counter\n" : " gauge\n");
}

void MetricsText::append(std::string_view label, std::string_view label_value, std::string_view number) {
  text_ += name_;
  if (!label.empty()) text_ += "{" + std::string(label) + "=\"" + escaped(label_value, true) + "\"}";
  text_ += " " + std::string(number) + "\n";
}

}  // namespace larder::host
