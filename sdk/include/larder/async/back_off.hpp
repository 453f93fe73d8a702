// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_BACK_OFF_HPP
#define LARDER_ASYNC_BACK_OFF_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace larder::plugin {

/// Computes the pause before the next connection attempt: up to 50 ms at first, doubling after each failure,
/// at most 1 s. The second half of each pause is random, so that the clients of a recovering server do not
/// all reconnect at once.
class BackOff {
 public:
  using Milliseconds = std::chrono::milliseconds;

  explicit BackOff(std::uint64_t seed) : random_(seed) {}

  Milliseconds next() {
    const auto half = pause_.count() / 2;
    pause_ = std::min(pause_ * 2, longest);
    return Milliseconds(half + std::uniform_int_distribution<Milliseconds::rep>(0, half)(random_));
  }

  void reset() { pause_ = shortest; }

 private:
  static constexpr Milliseconds shortest{50};
  static constexpr Milliseconds longest{1000};

  std::mt19937_64 random_;
  Milliseconds pause_ = shortest;
};

}  // namespace larder::plugin

#endif
