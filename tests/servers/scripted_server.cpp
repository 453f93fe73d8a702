// SPDX-License-Identifier: Apache-2.0
#include "scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace larder::servers {

namespace {

constexpr int kPollMs = 20;  // how soon it notices that the test has ended

bool readable(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, kPollMs) > 0;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::inet_addr("127.0.0.1");
  address.sin_port = static_cast<in_port_t>((port >> 8) | (port << 8));
  return address;
}

}  // namespace

// The kernel chooses the port, because a port that was free a moment ago may be taken.
ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const bound = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, bound, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, bound, &size) != 0)
    throw std::system_error(errno, std::generic_category(), "scripted server");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

ScriptedServer::~ScriptedServer() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
}

void ScriptedServer::run() {
  while (!stopping_) {
    if (!readable(listener_)) continue;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    serve(connection);
    ::close(connection);
  }
}

void ScriptedServer::serve(int connection) {
  std::array<char, 65536> buffer;
  while (!stopping_) {
    if (!readable(connection)) continue;
    const ssize_t received = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (received <= 0) return;
    const auto answer = script_({buffer.data(), static_cast<std::size_t>(received)});
    if (!answer) return;
    ::send(connection, answer->data(), answer->size(), MSG_NOSIGNAL);
  }
}

}  // namespace larder::servers
