// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_DOUBLING_PAUSE_HPP
#define LARDER_ASYNC_DOUBLING_PAUSE_HPP

#include <algorithm>

namespace larder::plugin {

/// Suspends an attempt that has not paid for a number of calls: 1, then twice as many after each further
/// failure, up to 256. Not thread-safe.
class DoublingPause {
 public:
  /// Counts one call. Returns true if the attempt may be made.
  bool isOver() {
    if (toSkip_ == 0) return true;
    --toSkip_;
    return false;
  }

  void failed() {
    constexpr unsigned mostDoublings = 8;
    toSkip_ = 1U << failures_;
    failures_ = std::min(failures_ + 1, mostDoublings);
  }

  void succeeded() { failures_ = 0; }

 private:
  unsigned toSkip_ = 0;
  unsigned failures_ = 0;
};

}  // namespace larder::plugin

#endif
