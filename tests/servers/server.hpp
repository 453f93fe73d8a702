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

/// A server on 127.0.0.1 that belongs to one test: it has a port and a directory of its own, answers when
/// the constructor of the derived class returns, and is gone with its files after the destructor.
///
/// Every wait is bounded: starting by 15 s, stopping by 10 s. Start it on the main thread (see
/// ChildProcess). Not thread-safe, but port(), pid() and the addresses of derived classes are, while
/// nothing starts or stops it.
class Server {
 public:
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return port_; }
  /// Its process, or -1 while it is stopped.
  pid_t pid() const { return child_ ? child_->pid() : -1; }
  const std::filesystem::path& directory() const { return directory_.path(); }
  /// What it has written to stdout and stderr.
  std::filesystem::path log() const { return directory() / "log"; }

  /// Ends it as a crash would; its port then refuses connections. Nothing if it is stopped already.
  void stop();
  /// Starts it again on the same port and data. Throws std::runtime_error with the log's end if it does
  /// not answer in time.
  void start();

  /// Freezes it, with the processes that it forked: connections stay open and nothing is answered.
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

  /// Makes the directory and starts nothing yet.
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
