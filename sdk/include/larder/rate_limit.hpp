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

/// Limits how often an event may occur within a window of time, counted in a backend for all hosts together;
/// for example log-ins per user name.
///
/// The window begins with the first event. A subject is stored under its SHA-256. Thread-safe.
class RateLimit {
 public:
  /// Allows at most `limit` events per `window`, which must be positive. `name` separates this limit from
  /// others on the same store; it becomes the namespace.
  RateLimit(std::shared_ptr<Backend> backend, std::string name, std::int64_t limit,
            std::chrono::milliseconds window);

  /// Counts one event for `subject`. Returns ok, notStored if the limit is exceeded, or else the backend's
  /// failure. Blocks for at most 250 ms.
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
