// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_REPLY_POLLING_HPP
#define LARDER_ASYNC_REPLY_POLLING_HPP

#include <larder/async/doubling_pause.hpp>

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
    if (!pause_.isOver()) return false;
    for (int i = 0; i < polls; ++i)
      if (arrived()) {
        pause_.succeeded();
        return true;
      }
    pause_.failed();
    return false;
  }

 private:
  DoublingPause pause_;
};

}  // namespace larder::plugin

#endif
