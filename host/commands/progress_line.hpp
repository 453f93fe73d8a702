// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_PROGRESS_LINE_HPP
#define LARDER_COMMANDS_PROGRESS_LINE_HPP

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace larder::host {

/// Shows how far a long task has come, its rate and the time left, on one line that is overwritten in place.
/// Not thread-safe.
class ProgressLine {
 public:
  using Clock = std::chrono::steady_clock;

  /// Shows the task on stderr, or nowhere if that is not a terminal. `unit` names what `total` counts, like
  /// "requests"; empty: no rate is shown.
  ProgressLine(std::string task, std::string unit, std::uint64_t total);
  /// Shows it on `out`, which must outlive this object, by the clock that `now` reads. Null: nowhere.
  ProgressLine(std::string task, std::string unit, std::uint64_t total, std::ostream* out,
               std::function<Clock::time_point()> now);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  /// Removes the line.
  ~ProgressLine();

  /// Shows the figures, followed by `detail`. Without a detail the line changes at most ten times a second,
  /// so it may be called often.
  void reach(std::uint64_t done, std::string_view detail = {});

 private:
  std::string text(std::uint64_t done, Clock::duration passed) const;

  const std::string task_;
  const std::string unit_;
  const std::uint64_t total_;
  std::ostream* const out_;
  const std::function<Clock::time_point()> now_;
  const Clock::time_point begun_;
  Clock::time_point due_;
};

}  // namespace larder::host

#endif
