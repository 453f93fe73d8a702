// SPDX-License-Identifier: Apache-2.0
#include "postgres_server.hpp"

#include "program.hpp"
#include "text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace larder::servers {
namespace {

namespace fs = std::filesystem;

// Returns the directory of the newest version. Debian installs the servers of each major version outside
// PATH.
fs::path binaryDirectory() {
  std::vector<std::pair<int, fs::path>> versions;
  std::error_code none_installed;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none_installed)) {
    const fs::path binaries = entry.path() / "bin";
    if (isProgram(binaries / "postgres") && isProgram(binaries / "initdb"))
      versions.emplace_back(std::atoi(entry.path().filename().c_str()), binaries);
  }
  if (!versions.empty()) return std::max_element(versions.begin(), versions.end())->second;
  return findProgram("postgres", "postgresql").parent_path();
}

void giveTo(const std::optional<Account>& account, const fs::path& directory) {
  if (account && ::chown(directory.c_str(), account->uid, account->gid) != 0)
    throw std::system_error(errno, std::generic_category(), directory);
}

void createCluster(const fs::path& binaries, const fs::path& data, const std::optional<Account>& account,
                   const fs::path& log) {
  ChildProcess initdb({.arguments = {binaries / "initdb", "-D", data, "--username=postgres", "--auth=trust",
                                     "--encoding=UTF8", "--locale=C", "--no-sync"},
                       .log = log,
                       .account = account,
                       .deathSignal = SIGKILL});
  const std::optional<int> status = initdb.wait(std::chrono::seconds(60));
  if (status == 0) return;
  throw std::runtime_error("initdb failed:\n" + contentsOf(log));
}

// The eighth line of the server's pid file says when it accepts connections. An orderly shutdown removes the
// file but a crash leaves it, so the process id in the file has to match too.
bool saysReady(const fs::path& pid_file, pid_t server) {
  std::ifstream file(pid_file);
  std::string first;
  std::string line;
  for (int number = 1; number <= 8 && std::getline(file, line); ++number)
    if (number == 1) first = line;
  return first == std::to_string(server) && line.starts_with("ready");
}

std::vector<std::string> serverCommand(const fs::path& binaries, const fs::path& data, std::uint16_t port,
                                       const std::vector<std::string>& extra) {
  std::vector<std::string> command{binaries / "postgres",
                                   "-D",
                                   data,
                                   "-h",
                                   "127.0.0.1",
                                   "-p",
                                   std::to_string(port),
                                   "-c",
                                   "unix_socket_directories=",
                                   "-c",
                                   "fsync=off",
                                   "-c",
                                   "shared_buffers=16MB"};
  command.insert(command.end(), extra.begin(), extra.end());
  return command;
}

}  // namespace

PostgresServer::PostgresServer(std::vector<std::string> arguments) : Server("postgres") {
  const fs::path binaries = binaryDirectory();
  const std::optional<Account> account = accountIfRoot("postgres");
  const fs::path data = directory() / "data";
  giveTo(account, directory());
  createCluster(binaries, data, account, log());

  startFirst({.name = "postgres",
              .command = [binaries, data, extra = std::move(arguments)](
                             std::uint16_t port) { return serverCommand(binaries, data, port, extra); },
              .answers = [this, data](std::uint16_t) { return saysReady(data / "postmaster.pid", pid()); },
              // SIGQUIT is PostgreSQL's "immediate shutdown": not a clean one, but it leaves no processes
              // behind. After a SIGKILL, leftover processes would hold the shared memory and make the next
              // start fail.
              .stopSignal = SIGQUIT,
              .account = account});
}

std::string PostgresServer::url(std::string_view database) const {
  return "postgresql://postgres@127.0.0.1:" + std::to_string(port()) + "/" + std::string(database);
}

}  // namespace larder::servers
