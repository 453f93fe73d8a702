// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_REPLY_POLLING_HPP
#define LARDER_ASYNC_REPLY_POLLING_HPP

#include <algorithm>

namespace larder::plugin {

/// Decides whether a thread that waits for a reply polls its socket before it sleeps in the kernel. That is
/// faster with a server on the same machine, which replies sooner than a sleeping thread wakes up. After a
/// reply that took longer, the thread sleeps at once for a number of operations, which doubles with each such
/// reply up to 256. One per connection; not thread-safe.
class ReplyPolling {
 public:
  /// Calls `arrived` until it returns true, for some 20 us at most. `arrived` makes one system call that does
  /// not block. Returns false if the thread should sleep now.
  template <class Arrived>
  bool poll(Arrived&& arrived) {
    constexpr int polls = 40;
    constexpr unsigned mostDoublings = 8;
    if (toSkip_ > 0) {
      --toSkip_;
      return false;
    }
    for (int i = 0; i < polls; ++i)
      if (arrived()) {
        lateReplies_ = 0;
        return true;
      }
    toSkip_ = 1U << lateReplies_;
    lateReplies_ = std::min(lateReplies_ + 1, mostDoublings);
    return false;
  }

 private:
  unsigned toSkip_ = 0;
  unsigned lateReplies_ = 0;
};

}  // namespace larder::plugin

#endif
