// SPDX-License-Identifier: Apache-2.0
#include "loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <random>
#include <stdexcept>
#include <system_error>

namespace larder::servers {
namespace {

class Socket {
 public:
  Socket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::inet_addr("127.0.0.1");
  address.sin_port =
      static_cast<in_port_t>((port >> 8) | (port << 8));  // network byte order; htons would need a macro cast
  return address;
}

bool canBind(std::uint16_t port) {
  const Socket socket;
  const int on = 1;  // like servers, so that a port with connections in TIME_WAIT counts as free
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  return ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// Sets the timeout for connect, send and receive.
void setTimeout(const Socket& socket, std::chrono::milliseconds timeout) {
  timeval value{};
  value.tv_sec = static_cast<time_t>(timeout.count() / 1000);
  value.tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000);
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
}

bool connectTo(std::uint16_t port, const Socket& socket) {
  const sockaddr_in address = loopback(port);
  return ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

std::uint16_t freeLoopbackPort() {
  std::random_device seed;
  std::uniform_int_distribution<unsigned> below_client_ports(20000, 29999);
  for (int attempt = 0; attempt < 200; ++attempt) {
    const auto port = static_cast<std::uint16_t>(below_client_ports(seed));
    if (canBind(port)) return port;
  }
  throw std::runtime_error("no free port between 20000 and 29999 on 127.0.0.1");
}

std::string askLoopback(std::uint16_t port, std::string_view request, std::chrono::milliseconds timeout) {
  const Socket socket;
  setTimeout(socket, timeout);
  if (!connectTo(port, socket)) return {};
  const ssize_t sent = ::send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request.size())) return {};

  std::array<char, 512> answer;
  const ssize_t received = ::recv(socket.fd(), answer.data(), answer.size(), 0);
  return received <= 0 ? std::string() : std::string(answer.data(), static_cast<std::size_t>(received));
}

std::string exchange(std::uint16_t port, std::string_view bytes, std::chrono::milliseconds timeout) {
  const Socket socket;
  setTimeout(socket, timeout);
  if (!connectTo(port, socket)) return {};
  // The server may respond and close before it has read everything, so a failed send does not stop the
  // reading.
  while (!bytes.empty()) {
    const auto sent = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(socket.fd(), SHUT_WR);

  std::string answer;
  std::array<char, 16384> block;
  for (;;) {
    const auto got = ::recv(socket.fd(), block.data(), block.size(), 0);
    if (got <= 0) return answer;
    answer.append(block.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace larder::servers
