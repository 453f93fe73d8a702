// SPDX-License-Identifier: Apache-2.0
#include "http/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <utility>

namespace larder::tests {

Socket::Socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  timeval limit{};
  limit.tv_sec = 10;
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Socket::Socket(std::uint16_t port, int receiveBuffer) : Socket() {
  if (receiveBuffer > 0)
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
  connect(port);
}

void Socket::connect(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Socket::Socket(Socket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      connected_(other.connected_),
      got_(std::move(other.got_)) {}

bool Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Socket::endSending() { ::shutdown(descriptor_, SHUT_WR); }

bool Socket::more() {
  std::array<char, 65536> block;
  const auto got = ::recv(descriptor_, block.data(), block.size(), 0);
  if (got <= 0) return false;
  got_.append(block.data(), static_cast<std::size_t>(got));
  return true;
}

std::string Socket::response() {
  std::size_t head = std::string::npos;
  while ((head = got_.find("\r\n\r\n")) == std::string::npos)
    if (!more()) return std::exchange(got_, {});
  std::size_t size = head + 4;
  constexpr std::string_view length = "\r\nContent-Length: ";
  if (const auto at = got_.find(length); at < head)
    size += static_cast<std::size_t>(std::atoll(got_.c_str() + at + length.size()));
  while (got_.size() < size)
    if (!more()) return std::exchange(got_, {});
  std::string response = got_.substr(0, size);
  got_.erase(0, size);
  return response;
}

std::string Socket::rest() {
  while (more()) {
  }
  return std::exchange(got_, {});
}

bool Socket::isClosed() {
  std::array<char, 65536> block;
  for (;;) {
    const auto got = ::recv(descriptor_, block.data(), block.size(), 0);
    if (got == 0) return true;
    if (got < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
  }
}

std::size_t openDescriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

}  // namespace larder::tests
