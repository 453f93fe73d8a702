// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_HISTORY_HPP
#define LARDER_TESTS_HISTORY_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace larder::tiers_test {

/// One call as its caller observed it. One counter for all threads supplies `began` and `ended`, so a
/// call that ended before another began has the smaller numbers.
struct Event {
  enum class Kind : std::uint8_t { read, write, clear };

  Kind kind = Kind::read;
  std::uint32_t key = 0;  ///< unused by clear
  std::uint64_t value =
      0;  ///< the value read or written; every value is written once; 0: not found, or removed
  std::uint64_t began = 0;
  std::uint64_t ended = 0;
};

/// Returns a description of every read that the history cannot explain; empty if it explains all reads.
///
/// A miss is always explained, since a cache may lose entries. A read of a value is explained if the value's
/// write had begun and no newer value was certain to be stored: no later write had ended, successfully or
/// not, and no read had returned the value of a later write. A write is later if it began after the write in
/// question had ended; overlapping calls may take effect in any order.
std::vector<std::string> unexplained(const std::vector<Event>& events, std::uint32_t keys);

}  // namespace larder::tiers_test

#endif
