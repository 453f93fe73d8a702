// SPDX-License-Identifier: Apache-2.0
#include "serve/service_signals.hpp"

#include <system_error>

namespace larder::host {

ServiceSignals::ServiceSignals() {
  ::sigemptyset(&signals_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&signals_, signal);
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr); error != 0)
    throw std::system_error(error, std::generic_category(), "can't block SIGTERM, SIGINT and SIGHUP");
  std::signal(SIGPIPE, SIG_IGN);
}

int ServiceSignals::wait() const {
  int signal = 0;
  if (const int error = ::sigwait(&signals_, &signal); error != 0)
    throw std::system_error(error, std::generic_category(), "can't wait for SIGTERM, SIGINT and SIGHUP");
  return signal;
}

}  // namespace larder::host
