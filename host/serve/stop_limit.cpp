// SPDX-License-Identifier: Apache-2.0
#include "serve/stop_limit.hpp"

#include <pthread.h>

#include <cstdlib>

namespace larder::host {

void StopLimit::begin(std::chrono::milliseconds limit, int exitStatus) {
  thread_ = std::jthread([this, limit, exitStatus](const std::stop_token& stopped) {
    ::pthread_setname_np(::pthread_self(), "stop-limit");
    watch(stopped, limit, exitStatus);
  });
}

void StopLimit::endNow(int exitStatus) const {
  logger_.log(LogLevel::error, "serve", "a second signal ends the process; requests may be cut");
  std::_Exit(exitStatus);
}

void StopLimit::watch(const std::stop_token& stopped, std::chrono::milliseconds limit, int exitStatus) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stopped, limit, [] { return false; });
  if (stopped.stop_requested()) return;
  logger_.log(LogLevel::error, "serve", "requests did not finish in time; ending without them");
  std::_Exit(exitStatus);
}

}  // namespace larder::host
