// SPDX-License-Identifier: Apache-2.0
#include "plugin_thread.hpp"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace larder::memcached {

namespace {

// A new thread inherits its creator's signal mask, so its signals are blocked from the first instruction on.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

PluginThread::PluginThread(const std::string& name, std::function<void()> run) {
  const AllSignalsBlocked blocked;
  thread_ = std::thread([name = name.substr(0, 15), run = std::move(run)] {
    pthread_setname_np(pthread_self(), name.c_str());
    run();
  });
}

PluginThread::~PluginThread() { thread_.join(); }

}  // namespace larder::memcached
