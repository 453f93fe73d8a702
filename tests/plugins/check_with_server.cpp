// SPDX-License-Identifier: Apache-2.0
//
// usage: larder_check_with_server SERVER[,SERVER...] PROGRAM [ARGUMENT...]
//
// Starts private servers (redis, redis-cluster, memcached or postgres) and runs PROGRAM. In its arguments,
// "{redis}" and the like are replaced by that server's port, and "{port}" by the port of the first server.
// Exits with PROGRAM's status.
#include "servers/memcached_server.hpp"
#include "servers/postgres_server.hpp"
#include "servers/redis_cluster.hpp"
#include "servers/redis_server.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace {

struct Running {
  std::string kind;
  std::shared_ptr<const void> server;  // of any server class; the deleter knows which
  std::uint16_t port;
};

template <class Server>
Running startServer(const std::string& kind) {
  auto server = std::make_shared<Server>();
  return {kind, server, server->port()};
}

Running startServer(const std::string& kind) {
  if (kind == "redis") return startServer<larder::servers::RedisServer>(kind);
  if (kind == "memcached") return startServer<larder::servers::MemcachedServer>(kind);
  if (kind == "postgres") return startServer<larder::servers::PostgresServer>(kind);
  if (kind != "redis-cluster")
    throw std::runtime_error(kind + ": no such server; use redis, redis-cluster, memcached or postgres");
  auto cluster = std::make_shared<larder::servers::RedisCluster>(larder::servers::RedisCluster::Size{3, 0});
  return {kind, cluster, cluster->node(0).port()};
}

std::vector<Running> startServers(const std::string& kinds) {
  std::vector<Running> servers;
  std::istringstream list(kinds);
  for (std::string kind; std::getline(list, kind, ',');) servers.push_back(startServer(kind));
  return servers;
}

void replace(std::string& text, const std::string& placeholder, std::uint16_t port) {
  for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder))
    text.replace(at, placeholder.size(), std::to_string(port));
}

std::string withPorts(std::string argument, const std::vector<Running>& servers) {
  replace(argument, "{port}", servers.front().port);
  for (const Running& running : servers) replace(argument, "{" + running.kind + "}", running.port);
  return argument;
}

int run(std::vector<std::string> arguments) {
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t pid = -1;
  if (const int error = ::posix_spawn(&pid, pointers[0], nullptr, nullptr, pointers.data(), environ);
      error != 0)
    throw std::system_error(error, std::generic_category(), arguments.front());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 3) throw std::runtime_error("usage: SERVER[,SERVER...] PROGRAM [ARGUMENT...]");
    const auto servers = startServers(argv[1]);
    if (servers.empty()) throw std::runtime_error("names no server");
    std::vector<std::string> arguments;
    for (int i = 2; i < argc; ++i) arguments.push_back(withPorts(argv[i], servers));
    return run(std::move(arguments));
  } catch (const std::exception& error) {
    std::cerr << "larder_check_with_server: " << error.what() << "\n";
    return 2;
  }
}
