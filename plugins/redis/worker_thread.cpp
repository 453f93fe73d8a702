// SPDX-License-Identifier: Apache-2.0
#include "worker_thread.hpp"

#include <pthread.h>
#include <signal.h>

#include <utility>

namespace larder::redis {
namespace {

/// Blocks all signals of the calling thread during its lifetime. A new thread inherits the mask, so it can
/// never receive a signal.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

std::thread startThread(const char* name, std::function<void()> body) {
  const SignalsBlocked blocked;
  return std::thread([name, run = std::move(body)] {
    pthread_setname_np(pthread_self(), name);
    run();
  });
}

}  // namespace larder::redis
