// SPDX-License-Identifier: Apache-2.0
#include "commands/progress_line.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <utility>

#include "commands/figure_text.hpp"

namespace larder::host {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
constexpr std::string_view kClearLine = "\r\x1b[K";

std::string timeText(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  return whole < 60 ? std::to_string(whole) + " s"
                    : std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

}  // namespace

ProgressLine::ProgressLine(std::string task, std::string unit, std::uint64_t total)
    : ProgressLine(std::move(task), std::move(unit), total,
                   ::isatty(STDERR_FILENO) == 1 ? &std::cerr : nullptr, Clock::now) {}

ProgressLine::ProgressLine(std::string task, std::string unit, std::uint64_t total, std::ostream* out,
                           std::function<Clock::time_point()> now)
    : task_(std::move(task)),
      unit_(std::move(unit)),
      total_(total),
      out_(out),
      now_(std::move(now)),
      begun_(now_()),
      due_(begun_) {}

ProgressLine::~ProgressLine() {
  if (out_ != nullptr && due_ != begun_) *out_ << kClearLine << std::flush;
}

void ProgressLine::reach(std::uint64_t done, std::string_view detail) {
  if (out_ == nullptr) return;
  const auto now = now_();
  if (now < due_ && detail.empty()) return;
  due_ = now + kInterval;
  *out_ << kClearLine << text(done, now - begun_) << (detail.empty() ? "" : "  ") << detail << std::flush;
}

// Returns "replaying: 45 %, 1200000 requests/s, 12 s left".
std::string ProgressLine::text(std::uint64_t done, Clock::duration passed) const {
  const double share =
      total_ == 0 ? 1.0 : static_cast<double>(std::min(done, total_)) / static_cast<double>(total_);
  std::string text = task_ + ": " + std::to_string(static_cast<int>(100 * share)) + " %";
  const double seconds = std::chrono::duration<double>(passed).count();
  if (done == 0 || seconds <= 0) return text;
  if (!unit_.empty()) text += ", " + rateText(static_cast<double>(done) / seconds) + " " + unit_ + "/s";
  return text + ", " + timeText(seconds * (1 - share) / share) + " left";
}

}  // namespace larder::host
