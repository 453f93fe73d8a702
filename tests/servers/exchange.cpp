// SPDX-License-Identifier: Apache-2.0
#include "exchange.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

namespace larder::servers {
namespace {

class Socket {
 public:
  explicit Socket(std::chrono::milliseconds timeout)
      : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    timeval limit{};
    limit.tv_sec = timeout.count() / 1000;
    limit.tv_usec = (timeout.count() % 1000) * 1000;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { ::close(descriptor_); }

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

std::string exchange(std::uint16_t port, std::string_view bytes, std::chrono::milliseconds timeout) {
  const Socket socket(timeout);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  // The server may answer and close before it has read all, so a failed send is no reason not to read.
  while (!bytes.empty()) {
    const auto sent = ::send(socket.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(socket.descriptor(), SHUT_WR);

  std::string answer;
  std::array<char, 16384> block;
  for (;;) {
    const auto got = ::recv(socket.descriptor(), block.data(), block.size(), 0);
    if (got <= 0) return answer;
    answer.append(block.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace larder::servers
