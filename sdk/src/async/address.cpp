// SPDX-License-Identifier: Apache-2.0
#include <larder/async/address.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace larder::plugin {
namespace {

std::string textOfConnectError(int error) { return "connect: " + std::generic_category().message(error); }

void setOption(int socket, int level, int option) {
  const int on = 1;
  ::setsockopt(socket, level, option, &on, sizeof on);
}

}  // namespace

std::string HostPort::text() const {
  const bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Address Address::ofUnixSocket(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  Address address;
  std::memcpy(&address.storage, &name, sizeof name);
  address.size = sizeof name;
  return address;
}

FileDescriptor startConnecting(const Address& address, std::string& failure) {
  const int family = address.storage.ss_family;
  FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.isOpen()) {
    failure = textOfConnectError(errno);
    return {};
  }
  if (family != AF_UNIX) {
    setOption(socket.get(), IPPROTO_TCP, TCP_NODELAY);
    setOption(socket.get(), SOL_SOCKET, SO_KEEPALIVE);
  }
  // A connection that succeeds at once is writable at once, so poll reports it like any other.
  const auto* name = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::connect(socket.get(), name, address.size) == 0 || errno == EINPROGRESS) return socket;
  failure = textOfConnectError(errno);
  return {};
}

std::string connectionFailure(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? std::string() : textOfConnectError(error);
}

}  // namespace larder::plugin
