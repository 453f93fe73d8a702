// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_ADDRESS_HPP
#define LARDER_ASYNC_ADDRESS_HPP

#include <larder/async/file_descriptor.hpp>

#include <sys/socket.h>

#include <cstdint>
#include <string>

namespace larder::plugin {

/// The host and port of a server.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;

  /// Returns "host:port", with brackets around an IPv6 address.
  std::string text() const;

  friend bool operator==(const HostPort& a, const HostPort& b) {
    return a.host == b.host && a.port == b.port;
  }
  friend bool operator!=(const HostPort& a, const HostPort& b) { return !(a == b); }
};

/// A socket address of any family.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  /// Returns the address of a Unix socket; a path longer than the system allows (107 bytes) is cut off.
  static Address ofUnixSocket(const std::string& path);
};

/// Starts to connect to `address` without blocking. Returns the socket, which polls writable once the attempt
/// has ended (see connectionFailure), or none, with the reason in `failure`. A TCP socket has TCP_NODELAY and
/// SO_KEEPALIVE set.
FileDescriptor startConnecting(const Address& address, std::string& failure);

/// Returns why the attempt on a socket of startConnecting failed; empty if it is connected.
std::string connectionFailure(int socket);

}  // namespace larder::plugin

#endif
