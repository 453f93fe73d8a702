// SPDX-License-Identifier: Apache-2.0
#include "cli/stop_signals.hpp"

#include <system_error>

namespace larder::host {

StopSignals::StopSignals() {
  ::sigemptyset(&signals_);
  ::sigaddset(&signals_, SIGTERM);
  ::sigaddset(&signals_, SIGINT);
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr); error != 0)
    throw std::system_error(error, std::generic_category(), "can't block SIGTERM and SIGINT");
  std::signal(SIGPIPE, SIG_IGN);
}

int StopSignals::wait() const {
  int signal = 0;
  if (const int error = ::sigwait(&signals_, &signal); error != 0)
    throw std::system_error(error, std::generic_category(), "can't wait for SIGTERM and SIGINT");
  return signal;
}

}  // namespace larder::host
