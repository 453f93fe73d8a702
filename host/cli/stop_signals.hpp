// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CLI_STOP_SIGNALS_HPP
#define LARDER_CLI_STOP_SIGNALS_HPP

#include <csignal>

namespace larder::host {

/// Turns SIGTERM and SIGINT into a call that returns. Made on the main thread before any other thread starts,
/// so that all inherit the blocked signals and none is interrupted; they stay blocked. SIGPIPE is ignored: a
/// client that hung up is an error of the write.
class StopSignals {
 public:
  StopSignals();

  /// Waits, without limit, until the process is told to stop; answers the signal's number.
  int wait() const;

 private:
  sigset_t signals_;
};

}  // namespace larder::host

#endif
