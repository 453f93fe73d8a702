// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SIZE_CLASSES_HPP
#define LARDER_LRU_SIZE_CLASSES_HPP

#include <algorithm>
#include <bit>
#include <cstdint>

namespace larder::lru {

/// The sizes of blocks: every multiple of 16 bytes from 48 to 512, then eight sizes per doubling, so that
/// rounding up wastes at most 15 bytes or an eighth. Classes are numbered from 1, since a reference to a
/// block must not be 0.
struct SizeClasses {
  static constexpr std::uint32_t kSmallest = 48;
  static constexpr std::uint32_t kStep = 16;
  static constexpr std::uint32_t kLastFine = 512;
  static constexpr std::uint32_t kLargest = 16384;
  static constexpr std::uint32_t kFineCount = (kLastFine - kSmallest) / kStep + 1;
  static constexpr std::uint32_t kCount = kFineCount + 5 * 8 + 1;  // one more than the highest class number

  /// REQUIRES: size <= kLargest.
  static constexpr std::uint32_t classOf(std::uint32_t size) {
    if (size <= kLastFine) return 1 + (std::max(size, kSmallest) - kSmallest + kStep - 1) / kStep;
    const auto doubling = static_cast<std::uint32_t>(std::bit_width(size - 1)) - 10;  // 0: up to 1024
    const std::uint32_t step = 64U << doubling;
    return kFineCount + 8 * doubling + (size - (kLastFine << doubling) + step - 1) / step;
  }

  static constexpr std::uint32_t sizeOf(std::uint32_t number) {
    if (number <= kFineCount) return kSmallest + (number - 1) * kStep;
    const std::uint32_t coarse = number - kFineCount - 1;
    return (kLastFine << (coarse / 8)) + (coarse % 8 + 1) * (64U << (coarse / 8));
  }
};

}  // namespace larder::lru

#endif
