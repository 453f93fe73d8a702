// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_METRICS_TEXT_HPP
#define LARDER_ADMIN_METRICS_TEXT_HPP

#include <concepts>
#include <string>
#include <string_view>

#include <larder/host_services.hpp>

namespace larder::host {

/// Builds a page in the text format of Prometheus, version 0.0.4. Values are integers, written exactly.
class MetricsText {
 public:
  /// Begins the metric `name`; its samples follow.
  void begin(MetricKind kind, std::string_view name, std::string_view help);

  /// A sample of the metric begun last, with one label.
  template <std::integral Number>
  void sample(std::string_view label, std::string_view label_value, Number value) {
    append(label, label_value, std::to_string(value));
  }
  /// A sample of the metric begun last, without labels.
  template <std::integral Number>
  void sample(Number value) {
    append({}, {}, std::to_string(value));
  }

  const std::string& text() const { return text_; }

 private:
  void append(std::string_view label, std::string_view label_value, std::string_view number);

  std::string name_;
  std::string text_;
};

}  // namespace larder::host

#endif
