// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SYSTEM_HOST_PROCESS_HPP
#define LARDER_SYSTEM_HOST_PROCESS_HPP

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "servers/child_process.hpp"
#include "servers/temp_directory.hpp"

namespace larder::system {

/// What came back for one request; `text` is the whole answer, head and body.
struct Answer {
  int status = 0;  ///< 0: none came
  std::string text;
  std::chrono::milliseconds took{0};

  /// The value of that header, empty if there is none.
  std::string header(std::string_view name) const;
  std::string body() const;
  std::string cacheStatus() const { return header("Cache-Status"); }
  bool isHit() const { return cacheStatus().starts_with("larder; hit; ttl="); }
};

/// One request to 127.0.0.1:`port`. `headers`, Host among them, end with CR LF each; a body is sent as JSON.
Answer request(std::uint16_t port, std::string_view method, std::string_view path,
               std::string_view headers = {}, std::string_view body = {});

/// How `larder` ended, and what it printed.
struct Ended {
  int status = -1;  ///< exit status; -1: killed, or not ended in time
  std::string output;
};

/// Waits until that process has a thread of that name; false if none comes.
bool awaitThread(pid_t process, std::string_view name);

/// Runs `larder` with `arguments` until it ends by itself.
Ended runLarder(const std::vector<std::string>& arguments);

/// `larder serve` on a free loopback port, with a database file of its own, ended by the destructor.
class HostProcess {
 public:
  /// `arguments` are added to those that give address and database. Returns when the host answers; throws
  /// std::runtime_error with its output if it does not.
  explicit HostProcess(std::vector<std::string> arguments = {});

  Answer get(std::string_view path, std::string_view headers = {}) const {
    return request("GET", path, headers);
  }
  Answer request(std::string_view method, std::string_view path, std::string_view headers = {},
                 std::string_view body = {}) const;

  std::uint16_t port() const { return port_; }
  std::uint16_t adminPort() const { return adminPort_; }
  /// The users' database.
  std::filesystem::path database() const { return directory_.path() / "users.db"; }

  /// The same on the admin listener, asked for as localhost.
  Answer adminGet(std::string_view path) const;
  Answer adminPost(std::string_view path, std::string_view body) const;

  /// Runs `larder` with these arguments and this host's admin.address.
  Ended command(std::vector<std::string> arguments) const;
  /// The same for `larder explain`.
  Ended explain(std::vector<std::string> arguments) const;

  /// The number after `name` in the admin listener's /metrics; -1 if it is not there.
  double metric(std::string_view name) const;

  /// Sends SIGHUP and waits until the log has one more `line`; throws std::runtime_error if it does not come.
  void reload(std::string_view line = "the configuration was reloaded") const;
  /// How often the log has `line`.
  std::size_t linesWith(std::string_view line) const;

  /// Sends SIGTERM and waits.
  Ended terminate();
  void signal(int number) const;
  /// Waits until the process has a thread of that name; false if none comes.
  bool awaitThread(std::string_view name) const;
  std::string output() const;

 private:
  servers::TempDirectory directory_;
  std::uint16_t port_;
  std::uint16_t adminPort_;
  std::unique_ptr<servers::ChildProcess> child_;
};

}  // namespace larder::system

#endif
