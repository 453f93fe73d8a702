// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_SERVICE_SIGNALS_HPP
#define LARDER_SERVE_SERVICE_SIGNALS_HPP

#include <csignal>

namespace larder::host {

/// Turns SIGTERM, SIGINT and SIGHUP into a call that returns. Made on the main thread before any other thread
/// starts, so that all inherit the blocked signals and none is interrupted; they stay blocked. SIGPIPE is
/// ignored: a client that hung up is an error of the write.
class ServiceSignals {
 public:
  ServiceSignals();

  /// Waits, without limit, for one of them; answers its number.
  int wait() const;

 private:
  sigset_t signals_;
};

}  // namespace larder::host

#endif
