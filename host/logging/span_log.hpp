// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOGGING_SPAN_LOG_HPP
#define LARDER_LOGGING_SPAN_LOG_HPP

#include <atomic>
#include <string>

#include <larder/http/tracing.hpp>
#include "logging/line_sink.hpp"

namespace larder::host {

/// Formats the span as a line of JSON with a line end. Text from clients cannot forge a line or a field.
std::string formatSpan(const http::Span& span);

/// Writes one line per span, unless it is off. Thread-safe; drops lines as the sink does.
class SpanLog final : public http::SpanObserver {
 public:
  /// `sink` must outlive the log.
  SpanLog(bool on, LineSink& sink) : on_(on), sink_(sink) {}

  /// May be called while requests are being answered.
  void setOn(bool on) { on_.store(on, std::memory_order_relaxed); }
  void ended(const http::Span& span) override {
    if (on_.load(std::memory_order_relaxed)) sink_.write(formatSpan(span));
  }

 private:
  std::atomic<bool> on_;
  LineSink& sink_;
};

}  // namespace larder::host

#endif
