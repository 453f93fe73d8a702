// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_BRIEF_YIELD_HPP
#define LARDER_ASYNC_BRIEF_YIELD_HPP

#include <larder/async/doubling_pause.hpp>

#include <chrono>

namespace larder::plugin {

/// Decides whether a thread yields its processor before it sleeps. A yield is brief if the other threads wait
/// for replies, too, even hundreds of them. If the processors have other work, it costs a time slice of that
/// work, while a sleeping thread would run again as soon as it is woken. After a yield of more than 3 ms, the
/// thread therefore does not yield for a number of calls, which doubles with each such yield up to 256. Not
/// thread-safe.
class YieldBackOff {
 public:
  bool mayYield() { return pause_.isOver(); }

  /// Notes how long a yield took. Returns true if it was brief.
  bool wasBrief(std::chrono::nanoseconds took) {
    constexpr std::chrono::milliseconds longest{3};
    const bool brief = took <= longest;
    brief ? pause_.succeeded() : pause_.failed();
    return brief;
  }

 private:
  DoublingPause pause_;
};

/// Yields if YieldBackOff lets this thread. Returns false if the thread should sleep instead.
bool yieldBriefly() noexcept;

}  // namespace larder::plugin

#endif
