// SPDX-License-Identifier: Apache-2.0
#include "backend/named_thread.hpp"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace larder {
namespace {

// Blocks all signals on this thread while it starts another, which inherits the signal mask.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

std::thread startThread(const std::string& name, std::function<void()> body) {
  const SignalsBlocked blocked;
  std::thread thread(std::move(body));
  ::pthread_setname_np(thread.native_handle(), name.c_str());
  return thread;
}

}  // namespace larder
