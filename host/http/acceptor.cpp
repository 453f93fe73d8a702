// SPDX-License-Identifier: Apache-2.0
#include "http/acceptor.hpp"

#include <Poco/Net/SocketAddress.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <utility>

namespace larder::http {
namespace {

constexpr int kAtOnce = 64;

// Errors of the connection, or of the network below it (man 2 accept): the next one may be good.
bool concernsOneConnection(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM: return false;
    default: return true;
  }
}

// The peer of a Unix socket has no address.
std::string peerOf(const sockaddr* address, socklen_t size) {
  if (address->sa_family == AF_UNIX) return {};
  return Poco::Net::SocketAddress(address, size).host().toString();
}

}  // namespace

// Accepted sockets inherit TCP_NODELAY, which saves a system call for each.
Acceptor::Acceptor(const Poco::Net::ServerSocket& socket, std::size_t maxConnections,
                   ServerCounters& counters)
    : socket_(socket), maxConnections_(maxConnections), counters_(counters) {
  socket_.setBlocking(false);
  const int on = 1;
  ::setsockopt(descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Acceptor::Outcome Acceptor::accept(const Admit& admit) {
  for (int i = 0; i < kAtOnce; ++i) {
    if (counters_.open.load() >= maxConnections_) return Outcome::full;
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto* const address = reinterpret_cast<sockaddr*>(&from);
    const int descriptor = ::accept4(this->descriptor(), address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return Outcome::drained;
      if (!concernsOneConnection(errno)) return Outcome::full;
      continue;
    }
    Descriptor socket(descriptor, "accept");
    counters_.open.fetch_add(1);
    counters_.connections.fetch_add(1);
    admit({std::move(socket), peerOf(address, size)});
  }
  return Outcome::later;
}

}  // namespace larder::http
