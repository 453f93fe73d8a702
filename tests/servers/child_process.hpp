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
  std::optional<Account> account{};    ///< account to run as; requires root
  /// Signal that the kernel sends to the child when the thread that started it ends for any reason.
  int deathSignal = SIGKILL;
};

/// A child process that never outlives the test: the destructor kills and reaps it, and the kernel kills it
/// if the test itself is killed or if the thread that started it ends. Start it on a thread that lives as
/// long as the child is needed, such as the test's main thread.
///
/// Not thread-safe, except pid().
class ChildProcess {
 public:
  /// Starts the program. Throws std::system_error if it cannot be run.
  explicit ChildProcess(const ChildCommand& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  /// Blocks until the child ends and returns its status as waitpid reports it; nullopt if `timeout` expires
  /// first.
  std::optional<int> wait(std::chrono::milliseconds timeout);
  bool running() { return !wait(std::chrono::milliseconds(0)); }

  /// Sends `signal` to the child and then to the child's own children.
  void signalWithChildren(int signal);
  /// Stops the same processes with SIGSTOP. Returns once all of their threads have stopped.
  void stopWithChildren();

  /// Sends `signal` and waits for the child to end; after `grace` sends SIGKILL. Continues a stopped process,
  /// which would not receive the signal otherwise.
  void end(int signal, std::chrono::milliseconds grace);

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

}  // namespace larder::servers

#endif
