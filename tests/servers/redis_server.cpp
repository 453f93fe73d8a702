// SPDX-License-Identifier: Apache-2.0
#include "redis_server.hpp"

#include "loopback.hpp"
#include "program.hpp"

#include <utility>

namespace larder::servers {
namespace {

// Returns true once the server is ready. NOAUTH, the reply of a server with a password, counts as ready;
// LOADING does not.
bool redisAnswers(std::uint16_t port) {
  const std::string answer = askLoopback(port, "PING\r\n", std::chrono::milliseconds(500));
  return answer.starts_with("+PONG") || answer.starts_with("-NOAUTH");
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> arguments) : Server("redis") {
  const std::string program = findProgram("redis-server", "redis-server");
  startFirst(
      {.name = "redis-server",
       .command =
           [program, own_directory = directory().string(), extra = std::move(arguments)](std::uint16_t port) {
             std::vector<std::string> command{
                 program, "--bind",      "127.0.0.1", "--port", std::to_string(port),
                 "--dir", own_directory, "--save",    ""};
             command.insert(command.end(), extra.begin(), extra.end());
             return command;
           },
       .answers = redisAnswers,
       .stopSignal = SIGKILL,
       .account = std::nullopt});
}

std::string RedisServer::url() const { return "redis://127.0.0.1:" + std::to_string(port()) + "/0"; }

}  // namespace larder::servers
