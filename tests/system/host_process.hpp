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

/// The response to one request; `text` is the whole response, head and body.
struct Answer {
  int status = 0;  ///< 0: no response
  std::string text;
  std::chrono::milliseconds took{0};

  /// Returns the value of that header, empty if there is none.
  std::string header(std::string_view name) const;
  std::string body() const;
  std::string cacheStatus() const { return header("Cache-Status"); }
  bool isHit() const { return cacheStatus().starts_with("larder; hit; ttl="); }
};

/// Sends one request to 127.0.0.1:`port`. Each of the `headers`, including Host, ends with CR LF; a body is
/// sent as JSON.
Answer request(std::uint16_t port, std::string_view method, std::string_view path,
               std::string_view headers = {}, std::string_view body = {});

/// How `larder` ended, and its output.
struct Ended {
  int status = -1;  ///< exit status; -1: killed, or not ended in time
  std::string output;
};

/// Waits until that process has a thread of that name; returns false on a timeout.
bool awaitThread(pid_t process, std::string_view name);

/// Runs `larder` with `arguments` until it ends by itself.
Ended runLarder(const std::vector<std::string>& arguments);

/// `larder serve` on a free loopback port with its own database file; the destructor ends it.
class HostProcess {
 public:
  /// Adds `arguments` to those for address and database. Returns when the host answers; throws
  /// std::runtime_error with its output if it does not.
  explicit HostProcess(std::vector<std::string> arguments = {});

  Answer get(std::string_view path, std::string_view headers = {}) const {
    return request("GET", path, headers);
  }
  Answer request(std::string_view method, std::string_view path, std::string_view headers = {},
                 std::string_view body = {}) const;

  std::uint16_t port() const { return port_; }
  std::uint16_t adminPort() const { return adminPort_; }
  /// Returns the path of the users database.
  std::filesystem::path database() const { return directory_.path() / "users.db"; }

  /// Does the same on the admin listener, with localhost as Host.
  Answer adminGet(std::string_view path) const;
  Answer adminPost(std::string_view path, std::string_view body) const;

  /// Runs `larder` with these arguments and this host's admin.address.
  Ended command(std::vector<std::string> arguments) const;
  /// Does the same for `larder explain`.
  Ended explain(std::vector<std::string> arguments) const;

  /// Returns the number after `name` in the admin listener's /metrics; -1 if it is missing.
  double metric(std::string_view name) const;

  /// Sends SIGHUP and waits until the log contains `line` once more; throws std::runtime_error on a timeout.
  void reload(std::string_view line = "the configuration was reloaded") const;
  /// Returns how often the log contains `line`.
  std::size_t linesWith(std::string_view line) const;

  /// Sends SIGTERM and waits for the end.
  Ended terminate();
  void signal(int number) const;
  /// Waits until the process has a thread of that name; returns false on a timeout.
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
