// SPDX-License-Identifier: Apache-2.0
#include "users/postgres_watch.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

namespace larder::users {
namespace {

// A new thread inherits the mask: blocking all signals around its creation leaves no moment in which it could
// take a signal meant for the application.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

PostgresWatch::Guard::Guard(PostgresWatch& watch, int socket, std::chrono::milliseconds limit)
    : watch_(watch) {
  const std::lock_guard lock(watch_.mutex_);
  entry_ = watch_.entries_.emplace(Clock::now() + limit, Entry{socket, &expired_});
  // The thread sleeps until the earliest deadline, so only a new earliest deadline has to wake it.
  if (entry_ == watch_.entries_.begin()) watch_.changed_.notify_one();
}

PostgresWatch::Guard::~Guard() {
  const std::lock_guard lock(watch_.mutex_);
  if (!expired_) watch_.entries_.erase(entry_);
}

bool PostgresWatch::Guard::expired() const {
  const std::lock_guard lock(watch_.mutex_);
  return expired_;
}

PostgresWatch::PostgresWatch() {
  const AllSignalsBlocked blocked;
  thread_ = std::thread([this] { run(); });
}

PostgresWatch::~PostgresWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void PostgresWatch::run() {
  ::pthread_setname_np(::pthread_self(), "users-pg-watch");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (entries_.empty()) {
      changed_.wait(lock);
      continue;
    }
    // A copy: wait_until reads it again after the wait, when the entry may be gone.
    const Clock::time_point earliest = entries_.begin()->first;
    changed_.wait_until(lock, earliest);
    expireUntil(Clock::now());
  }
}

// Holds the lock, so that no guard is destroyed and its socket closed meanwhile. shutdown does not block.
void PostgresWatch::expireUntil(Clock::time_point now) {
  while (!entries_.empty() && entries_.begin()->first <= now) {
    const Entry& entry = entries_.begin()->second;
    *entry.expired = true;
    ::shutdown(entry.socket, SHUT_RDWR);
    entries_.erase(entries_.begin());
  }
}

}  // namespace larder::users
