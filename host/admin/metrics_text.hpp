// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_METRICS_TEXT_HPP
#define LARDER_ADMIN_METRICS_TEXT_HPP

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <larder/host_services.hpp>

#include <larder/http/duration_histogram.hpp>

namespace larder::host {

/// Builds a page in the Prometheus text format, version 0.0.4. Values are written exactly.
class MetricsText {
 public:
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  /// Begins the metric `name`; its samples follow.
  void begin(MetricKind kind, std::string_view name, std::string_view help);

  /// Adds a sample with labels to the metric begun last.
  template <std::integral Number>
  void sample(Labels labels, Number value) {
    append({}, labels, std::to_string(value));
  }
  /// Adds one with a single label.
  template <std::integral Number>
  void sample(std::string_view label, std::string_view label_value, Number value) {
    sample({{label, label_value}}, value);
  }
  /// Adds one without labels.
  template <std::integral Number>
  void sample(Number value) {
    sample(Labels{}, value);
  }

  /// Adds one in seconds, for a name that ends in _seconds or _seconds_total.
  void duration(Labels labels, std::chrono::nanoseconds value);

  /// Adds a counter with one sample, without labels.
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    begin(MetricKind::counter, name, help);
    sample(value);
  }

  /// Begins the histogram `name`, which ends in _seconds.
  void beginHistogram(std::string_view name, std::string_view help);
  /// Adds the samples of one histogram to the metric begun last.
  void histogram(Labels labels, const http::DurationHistogram::Counts& counts);

  const std::string& text() const { return text_; }

 private:
  void begin(std::string_view type, std::string_view name, std::string_view help);
  // Appends `suffix` to the name, and `last` to the labels unless its name is empty.
  void append(std::string_view suffix, Labels labels, std::string_view number, Label last = {});

  std::string name_;
  std::string text_;
};

}  // namespace larder::host

#endif
