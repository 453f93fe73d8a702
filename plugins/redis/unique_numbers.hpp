// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_UNIQUE_NUMBERS_HPP
#define LARDER_REDIS_UNIQUE_NUMBERS_HPP

#include <cstdint>

namespace larder::redis {

/// Generates 64-bit numbers for versions and generations. One object never repeats a number; two objects with
/// different random seeds, say on two hosts, collide only by chance. The numbers are not secret: the next can
/// be computed from any one.
class UniqueNumbers {
 public:
  explicit UniqueNumbers(std::uint64_t seed) : state_(seed) {}

  /// Returns the next number, never 0, which means "no version".
  std::uint64_t next() {
    const std::uint64_t number = mixed(state_ += 0x9e3779b97f4a7c15U);
    return number != 0 ? number : next();
  }

 private:
  // The finalizer of SplitMix64. It is a bijection, so no number repeats before the counter wraps around.
  static std::uint64_t mixed(std::uint64_t number) {
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9U;
    number = (number ^ (number >> 27)) * 0x94d049bb133111ebU;
    return number ^ (number >> 31);
  }

  std::uint64_t state_;
};

}  // namespace larder::redis

#endif
