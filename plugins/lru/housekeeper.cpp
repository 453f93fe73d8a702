// SPDX-License-Identifier: Apache-2.0
#include "housekeeper.hpp"

#include <pthread.h>
#include <signal.h>

#include <utility>

namespace larder::lru {

Housekeeper::Housekeeper(std::function<void()> turn) : turn_(std::move(turn)) {
  // The new thread inherits the mask: no signal can reach it before it could block signals itself.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (...) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Housekeeper::~Housekeeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Housekeeper::run() {
  ::pthread_setname_np(::pthread_self(), "larder-lru");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, kInterval, [this] { return stopping_; });
    if (stopping_) return;
    lock.unlock();
    turn_();
    lock.lock();
  }
}

}  // namespace larder::lru
