// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_WAITING_WAITING_CALL_HPP
#define LARDER_WAITING_WAITING_CALL_HPP

#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <utility>

#include "waiting/eventually.hpp"
#include "waiting/threads.hpp"

namespace larder::tests {

/// A call on its own thread that should wait for something the test does later.
class WaitingCall {
 public:
  /// Starts `call`, which must not throw.
  template <class Call>
  explicit WaitingCall(Call call)
      : thread_([this, call = std::move(call)] {
          id_ = ::gettid();
          call();
          returned_ = true;
        }) {}
  ~WaitingCall() {
    if (thread_.joinable()) thread_.join();
  }
  WaitingCall(const WaitingCall&) = delete;
  WaitingCall& operator=(const WaitingCall&) = delete;

  /// Blocks until the call waits or has returned. Returns true if it waits.
  [[nodiscard]] bool waits() const {
    return eventually([this] { return returned_ || (id_ != 0 && isAsleep(id_)); }) && !returned_;
  }
  /// Blocks until the call has returned.
  void finish() { thread_.join(); }

 private:
  std::atomic<pid_t> id_{0};
  std::atomic<bool> returned_{false};
  std::thread thread_;  // last: uses the members above
};

}  // namespace larder::tests

#endif
