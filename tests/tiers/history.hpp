// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_HISTORY_HPP
#define LARDER_TESTS_HISTORY_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace larder::tiers_test {

/// One call as its caller saw it. `began` and `ended` are of one counter for all threads, so that a call
/// that ended before another began has the smaller numbers.
struct Event {
  enum class Kind : std::uint8_t { read, write, clear };

  Kind kind = Kind::read;
  std::uint32_t key = 0;    ///< not of clear
  std::uint64_t value = 0;  ///< what was read or written, each written once; 0: nothing, or removed
  std::uint64_t began = 0;
  std::uint64_t ended = 0;
};

/// What can't be explained about the reads of a history: empty if all is well.
///
/// A read that found nothing is always explained: a cache may lose entries. One that found a value needs
/// that somebody had begun to write it, and that nothing newer was certain to be there: no later write had
/// ended, successful or not, and nobody had read the value of a later write. "Later" is what began after the
/// write in question had ended; of calls that overlap, any order explains.
std::vector<std::string> unexplained(const std::vector<Event>& events, std::uint32_t keys);

}  // namespace larder::tiers_test

#endif
