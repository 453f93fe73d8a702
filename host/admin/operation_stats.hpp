// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_OPERATION_STATS_HPP
#define LARDER_ADMIN_OPERATION_STATS_HPP

#include <larder/backend.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

#include <larder/http/duration_histogram.hpp>
#include <larder/http/striped.hpp>

namespace larder::host {

/// How long the cache's round trips to its backend took, by the operation that begins them. Thread-safe.
class OperationStats {
 public:
  void add(OpCode first, std::chrono::nanoseconds took) { trips_.mine()[indexOf(first)].add(took); }

  /// Calls `visit(name, counts)` for each kind of operation.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      http::DurationHistogram::Counts counts;
      trips_.each([&](const Trips& trips) { counts += trips[i].counts(); });
      visit(kNames[i], counts);
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

  http::Striped<Trips> trips_;
};

}  // namespace larder::host

#endif
