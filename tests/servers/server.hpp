// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_SERVER_HPP
#define LARDER_SERVERS_SERVER_HPP

#include "child_process.hpp"
#include "temp_directory.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace larder::servers {

/// A server on 127.0.0.1 that belongs to one test. It has its own port and directory, accepts requests once
/// the constructor of the derived class returns, and is removed with its files by the destructor.
///
/// Every wait is bounded: 15 s to start, 10 s to stop. Start it on the main thread (see ChildProcess). Not
/// thread-safe, except that port(), pid() and the addresses of derived classes may be read from any thread
/// while the server is neither started nor stopped.
class Server {
 public:
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return port_; }
  /// Returns its process id, or -1 while it is stopped.
  pid_t pid() const { return child_ ? child_->pid() : -1; }
  const std::filesystem::path& directory() const { return directory_.path(); }
  /// Returns the file that has its stdout and stderr.
  std::filesystem::path log() const { return directory() / "log"; }

  /// Ends it like a crash; its port then refuses connections. Does nothing if it is stopped already.
  void stop();
  /// Restarts it with the same port and data. Throws std::runtime_error with the end of its log if it is not
  /// ready in time.
  void start();

  /// Freezes it together with the processes that it forked: connections stay open, but no request is
  /// answered.
  void pause();
  void resume();

 protected:
  struct Program {
    std::string name;
    std::function<std::vector<std::string>(std::uint16_t port)> command;
    std::function<bool(std::uint16_t port)> answers;
    int stopSignal = SIGKILL;
    std::optional<Account> account;
  };

  /// Creates the directory; starts nothing yet.
  explicit Server(std::string_view label);
  ~Server();

  /// Starts `program` for the first time, on a free port.
  void startFirst(Program program);

 private:
  bool waitUntilItAnswers();
  std::string endOfLog() const;

  TempDirectory directory_;
  Program program_;
  std::uint16_t port_ = 0;
  std::optional<ChildProcess> child_;
};

}  // namespace larder::servers

#endif
