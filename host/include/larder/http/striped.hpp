// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_STRIPED_HPP
#define LARDER_HTTP_STRIPED_HPP

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace larder::http {

/// Eight copies of T; a thread always uses the same one. For counters that many threads update at once, with
/// little sharing of cache lines. Several threads may share a copy, so T must be thread-safe. Readers add up
/// all copies.
template <class T>
class Striped {
 public:
  T& mine() { return stripes_[stripeOfThisThread()].value; }

  template <class Visit>
  void each(Visit visit) const {
    for (const auto& stripe : stripes_) visit(stripe.value);
  }
  template <class Visit>
  void each(Visit visit) {
    for (auto& stripe : stripes_) visit(stripe.value);
  }

 private:
  static constexpr std::size_t kCount = 8;  // as many as three bits can select

  struct alignas(64) Stripe {
    T value{};
  };

  // The address of a thread's own byte names the thread; hashing its std::thread::id would take 40
  // instructions more. Multiplicative hashing (Knuth, golden ratio) spreads the bits.
  static std::size_t stripeOfThisThread() {
    static thread_local const char own = 0;
    return static_cast<std::size_t>((std::bit_cast<std::uintptr_t>(&own) * 0x9e3779b97f4a7c15u) >> 61);
  }

  std::array<Stripe, kCount> stripes_{};
};

}  // namespace larder::http

#endif
