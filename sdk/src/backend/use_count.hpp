// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_USE_COUNT_HPP
#define LARDER_BACKEND_USE_COUNT_HPP

#include <sched.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace larder {

/// Counts the current uses of an object. Beginning and ending a use each write once to memory of the current
/// processor, so users do not contend; only none() reads all stripes. A use may end on a different thread
/// than it began on. Thread-safe.
class UseCount {
 public:
  void begin() { stripe().begun.fetch_add(1, std::memory_order_seq_cst); }
  void end() { stripe().ended.fetch_add(1, std::memory_order_seq_cst); }

  /// Returns true if at some moment during the call there was no use. Ends are summed before begins: a use
  /// that ends during the call may be missed, but one that begins may not, so equal sums prove that moment.
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
