// SPDX-License-Identifier: Apache-2.0
#include <larder/async/plugin_thread.hpp>

#include <pthread.h>
#include <signal.h>

#include <utility>

namespace larder::plugin {
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

PluginThread::PluginThread(const std::string& name, std::function<void()> run) {
  constexpr std::size_t longestName = 15;
  const SignalsBlocked blocked;
  thread_ = std::thread([shortName = name.substr(0, longestName), body = std::move(run)] {
    pthread_setname_np(pthread_self(), shortName.c_str());
    body();
  });
}

}  // namespace larder::plugin
