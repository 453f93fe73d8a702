// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_STRIPED_HPP
#define LARDER_HTTP_STRIPED_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>

namespace larder::http {

/// Eight copies of T, of which a thread always gets the same one. For counters that many threads raise at
/// once, with little sharing of cache lines. Several threads may share a copy, so T must be thread-safe; a
/// reader adds up all copies.
template <class T>
class Striped {
 public:
  T& mine() { return stripes_[stripeOfThisThread()].value; }

  template <class Visit>
  void each(Visit visit) const {
    for (const auto& stripe : stripes_) visit(stripe.value);
  }

 private:
  static constexpr std::size_t kCount = 8;  // as many as three bits can select

  struct alignas(64) Stripe {
    T value{};
  };

  // The id is an address; a multiplication (Knuth's, with the golden ratio) spreads its bits.
  static std::size_t stripeOfThisThread() {
    const auto id = std::hash<std::thread::id>{}(std::this_thread::get_id());
    return static_cast<std::size_t>((std::uint64_t{id} * 0x9e3779b97f4a7c15u) >> 61);
  }

  std::array<Stripe, kCount> stripes_{};
};

}  // namespace larder::http

#endif
