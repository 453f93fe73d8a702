// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RATE_LIMIT_HPP
#define LARDER_RATE_LIMIT_HPP

#include <larder/backend.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace larder {

/// So many times in a window of time, counted in a backend, for all hosts together: log-ins by name, say.
///
/// The window begins with the first time. A subject is stored under its SHA-256. Thread-safe.
class RateLimit {
 public:
  /// At most `limit` times in `window`, which is positive. `name` tells it from other limits on the same
  /// store; it becomes the namespace.
  RateLimit(std::shared_ptr<Backend> backend, std::string name, std::int64_t limit,
            std::chrono::milliseconds window);

  /// Counts once more for `subject`: ok, or notStored beyond the limit; else why the backend failed. Waits,
  /// 250 ms at most.
  [[nodiscard]] Status admit(std::string_view subject);

  std::chrono::milliseconds window() const { return window_; }

 private:
  const std::shared_ptr<Backend> backend_;
  const std::string nameSpace_;
  const std::int64_t limit_;
  const std::chrono::milliseconds window_;
};

}  // namespace larder

#endif
