// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_OPERATION_STATS_HPP
#define LARDER_ADMIN_OPERATION_STATS_HPP

#include <larder/backend.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <larder/http/duration_histogram.hpp>
#include <larder/http/striped.hpp>

namespace larder::host {

/// The durations of the cache's round trips to its backend, by the backend's system, such as "redis", and by
/// the operation that begins them. Thread-safe.
class OperationStats {
 public:
  explicit OperationStats(std::string_view system) { moveTo(system); }

  /// Attributes round trips to this system from now on. A round trip in flight may count for either.
  void moveTo(std::string_view system) {
    const std::lock_guard lock(mutex_);
    auto known = systems_.find(system);
    if (known == systems_.end()) known = systems_.try_emplace(std::string(system)).first;
    present_.store(&known->second, std::memory_order_release);
  }

  void add(OpCode first, std::chrono::nanoseconds took) {
    present_.load(std::memory_order_acquire)->mine()[indexOf(first)].add(took);
  }

  /// Calls `visit(system, operation, counts)` for each kind of operation on each system.
  template <class Visit>
  void each(Visit visit) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [system, trips] : systems_)
      for (std::size_t i = 0; i < kNames.size(); ++i) {
        http::DurationHistogram::Counts counts;
        trips.each([&](const Trips& some) { counts += some[i].counts(); });
        visit(system, kNames[i], counts);
      }
  }

 private:
  static constexpr std::array<std::string_view, 4> kNames{"get", "set", "delete", "other"};
  using Trips = std::array<http::DurationHistogram, kNames.size()>;

  static std::size_t indexOf(OpCode code) {
    switch (code) {
      case OpCode::get: return 0;
      case OpCode::set: return 1;
      case OpCode::erase: return 2;
      default: return 3;
    }
  }

  mutable std::mutex mutex_;                                          // guards systems_
  std::map<std::string, http::Striped<Trips>, std::less<>> systems_;  // entries are never removed
  std::atomic<http::Striped<Trips>*> present_{nullptr};
};

}  // namespace larder::host

#endif
