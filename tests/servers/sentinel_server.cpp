// SPDX-License-Identifier: Apache-2.0
#include "sentinel_server.hpp"

#include "loopback.hpp"
#include "program.hpp"

#include <filesystem>
#include <fstream>

namespace larder::servers {
namespace {

bool sentinelAnswers(std::uint16_t port) {
  const std::string answer = askLoopback(port, "PING\r\n", std::chrono::milliseconds(500));
  return answer.starts_with("+PONG") || answer.starts_with("-NOAUTH");
}

// Writes the configuration unless it exists: the sentinel rewrites the file, and a restart must keep its
// changes.
void writeOnce(const std::filesystem::path& file, std::uint16_t port, std::uint16_t masterPort,
               const std::string& password) {
  if (std::filesystem::exists(file)) return;
  std::ofstream out(file);
  out << "port " << port << "\nbind 127.0.0.1\ndir " << file.parent_path().string() << "\n"
      << "sentinel monitor mymaster 127.0.0.1 " << masterPort << " 2\n"
      << "sentinel down-after-milliseconds mymaster 500\n"
      << "sentinel failover-timeout mymaster 3000\n";
  if (!password.empty()) out << "requirepass " << password << "\nsentinel sentinel-pass " << password << "\n";
}

}  // namespace

SentinelServer::SentinelServer(std::uint16_t masterPort, const std::string& password) : Server("sentinel") {
  const std::string program = findProgram("redis-server", "redis-server");
  const auto file = directory() / "sentinel.conf";
  startFirst({.name = "redis-sentinel",
              .command =
                  [program, file, masterPort, password](std::uint16_t port) {
                    writeOnce(file, port, masterPort, password);
                    return std::vector<std::string>{program, file.string(), "--sentinel"};
                  },
              .answers = sentinelAnswers,
              .stopSignal = SIGKILL,
              .account = std::nullopt});
}

}  // namespace larder::servers
