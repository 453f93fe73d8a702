// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_USE_COUNT_HPP
#define LARDER_BACKEND_USE_COUNT_HPP

#include <sched.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace larder {

/// Counts who uses an object now. Beginning and ending are one write each to the memory of the processor it
/// happens on, so that users do not slow each other down; only asking whether there are none looks at all of
/// them. A use may end on another thread than it began on. Thread-safe.
class UseCount {
 public:
  void begin() { stripe().begun.fetch_add(1, std::memory_order_seq_cst); }
  void end() { stripe().ended.fetch_add(1, std::memory_order_seq_cst); }

  /// True if at some moment during the call there was no use. Ends are added up before beginnings: a use that
  /// ends meanwhile may be missed, one that begins may not, so a sum of zero is never an accident.
  bool none() const {
    std::uint64_t ended = 0;
    for (const auto& each : stripes_) ended += each.ended.load(std::memory_order_seq_cst);
    std::uint64_t begun = 0;
    for (const auto& each : stripes_) begun += each.begun.load(std::memory_order_seq_cst);
    return begun == ended;
  }

 private:
  struct alignas(64) Stripe {  // a cache line
    std::atomic<std::uint64_t> begun{0};
    std::atomic<std::uint64_t> ended{0};
  };
  static constexpr std::size_t kStripes = 32;

  Stripe& stripe() { return stripes_[static_cast<std::size_t>(::sched_getcpu()) % kStripes]; }

  std::array<Stripe, kStripes> stripes_;
};

}  // namespace larder

#endif
