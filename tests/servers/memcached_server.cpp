// SPDX-License-Identifier: Apache-2.0
#include "memcached_server.hpp"

#include "loopback.hpp"
#include "program.hpp"

#include <utility>

namespace larder::servers {
namespace {

bool memcachedAnswers(std::uint16_t port) {
  return askLoopback(port, "version\r\n", std::chrono::milliseconds(500)).starts_with("VERSION");
}

}  // namespace

MemcachedServer::MemcachedServer(std::vector<std::string> arguments) : Server("memcached") {
  const std::string program = findProgram("memcached", "memcached");
  startFirst({.name = "memcached",
              .command =
                  [program, extra = std::move(arguments)](std::uint16_t port) {
                    std::vector<std::string> command{program, "-l", "127.0.0.1", "-p", std::to_string(port),
                                                     "-U",    "0",  "-m",        "64"};
                    command.insert(command.end(), extra.begin(), extra.end());
                    return command;
                  },
              .answers = memcachedAnswers,
              .stopSignal = SIGKILL,
              // Not with memcached's own -u: changing the user clears the parent-death signal.
              .account = accountIfRoot("nobody")});
}

std::string MemcachedServer::url() const { return "127.0.0.1:" + std::to_string(port()); }

}  // namespace larder::servers
