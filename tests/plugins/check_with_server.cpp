// SPDX-License-Identifier: Apache-2.0
//
// usage: larder_check_with_server redis|memcached PROGRAM [ARGUMENT...]
//
// Starts a private server, runs PROGRAM with "{port}" in its arguments replaced by the server's port, and
// ends with its exit status.
#include "servers/memcached_server.hpp"
#include "servers/redis_server.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using larder::servers::Server;

std::unique_ptr<Server, void (*)(Server*)> startServer(std::string_view kind) {
  // The base class has no virtual destructor; nobody else keeps a server by it.
  if (kind == "redis")
    return {new larder::servers::RedisServer,
            [](Server* server) { delete static_cast<larder::servers::RedisServer*>(server); }};
  if (kind == "memcached")
    return {new larder::servers::MemcachedServer,
            [](Server* server) { delete static_cast<larder::servers::MemcachedServer*>(server); }};
  throw std::runtime_error(std::string(kind) + ": no such server; use redis or memcached");
}

std::string withPort(std::string argument, const std::string& port) {
  constexpr std::string_view placeholder = "{port}";
  if (const auto at = argument.find(placeholder); at != std::string::npos)
    argument.replace(at, placeholder.size(), port);
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
    if (argc < 3) throw std::runtime_error("usage: SERVER PROGRAM [ARGUMENT...]");
    const auto server = startServer(argv[1]);
    std::vector<std::string> arguments;
    for (int i = 2; i < argc; ++i) arguments.push_back(withPort(argv[i], std::to_string(server->port())));
    return run(std::move(arguments));
  } catch (const std::exception& error) {
    std::cerr << "larder_check_with_server: " << error.what() << "\n";
    return 2;
  }
}
