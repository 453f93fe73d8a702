// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_CHILD_PROCESS_HPP
#define LARDER_SERVERS_CHILD_PROCESS_HPP

#include "account.hpp"

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace larder::servers {

struct ChildCommand {
  std::vector<std::string> arguments;  ///< the first one is the program's path
  std::filesystem::path log;           ///< stdout and stderr are appended to it
  std::optional<Account> account{};    ///< whom to run as; needs root
  /// What the kernel sends to the child when the thread that started it ends, however that comes.
  int deathSignal = SIGKILL;
};

/// A program that runs beside the test and never outlives it: killed and reaped by the destructor, and by
/// the kernel if the test itself is killed. Therefore start it on a thread that lives as long as it is
/// needed, which the test's main thread does.
///
/// Not thread-safe, but for pid().
class ChildProcess {
 public:
  /// Throws std::system_error if the program can't be run.
  explicit ChildProcess(const ChildCommand& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  /// The status as waitpid gives it, once the child has ended; nullopt if it has not within `timeout`.
  std::optional<int> wait(std::chrono::milliseconds timeout);
  bool running() { return !wait(std::chrono::milliseconds(0)); }

  /// Sends `signal` to the child and then to the processes that it started itself.
  void signalWithChildren(int signal);
  /// Stops them, as SIGSTOP does; none of their threads runs any more when it returns.
  void stopWithChildren();

  /// Sends `signal`, waits for the end, and after `grace` enforces it with SIGKILL. A stopped process is
  /// continued, for else it would not see the signal.
  void end(int signal, std::chrono::milliseconds grace);

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

}  // namespace larder::servers

#endif
