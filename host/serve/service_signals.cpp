// SPDX-License-Identifier: Apache-2.0
#include "serve/service_signals.hpp"

#include <pthread.h>

#include <system_error>
#include <utility>

namespace larder::host {

ServiceSignals::ServiceSignals(Reactions reactions) : reactions_(std::move(reactions)) {
  ::sigemptyset(&signals_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals_, signal);
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr); error != 0)
    throw std::system_error(error, std::generic_category(), "cannot block SIGTERM, SIGINT and SIGHUP");
  std::signal(SIGPIPE, SIG_IGN);
  thread_ = std::thread([this] { take(); });
  ::pthread_setname_np(thread_.native_handle(), "larder-signals");
}

ServiceSignals::~ServiceSignals() {
  ended_ = true;
  ::pthread_kill(thread_.native_handle(), SIGHUP);  // wakes sigwait
  thread_.join();
}

int ServiceSignals::wait() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return stop_ || reload_; });
  if (stop_) return *stop_;
  reload_ = false;
  return SIGHUP;
}

void ServiceSignals::take() {
  int signal = 0;
  while (::sigwait(&signals_, &signal) == 0 && !ended_) took(signal);
}

void ServiceSignals::took(int signal) {
  bool again = false;
  {
    const std::lock_guard lock(mutex_);
    again = signal != SIGHUP && stop_;
    if (signal == SIGHUP)
      reload_ = true;
    else if (!stop_)
      stop_ = signal;
  }
  arrived_.notify_all();
  if (signal == SIGHUP) return;
  if (again)
    reactions_.stopAgain();
  else
    reactions_.stop();
}

}  // namespace larder::host
