// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_LISTEN_HPP
#define LARDER_HTTP_LISTEN_HPP

#include <Poco/Net/ServerSocket.h>

#include <cstdint>
#include <memory>
#include <string>

#include "http/socket_file.hpp"

namespace larder::http {

/// A listening socket.
struct Listening {
  Poco::Net::ServerSocket socket;
  std::string address;                 ///< in the syntax of listenOn(), with the port actually bound
  std::uint16_t port = 0;              ///< 0 if it has none
  std::unique_ptr<SocketFile> file{};  ///< of a Unix socket created here; its destructor removes the file
};

/// Listens on `address`, and shares it with no other process:
/// - "host:port" or "[v6]:port"; port 0 picks a free one
/// - "unix:/run/larder.sock": creates the file with `mode`, replacing one that a dead process left
/// - "systemd" or "systemd:NAME": the first socket passed to the process (sd_listen_fds(3)), or the first
/// with
///   that FileDescriptorName
///
/// Throws std::invalid_argument if `address` is malformed, and std::runtime_error if it is not available. The
/// message begins with `key`.
Listening listenOn(const std::string& key, const std::string& address, std::uint32_t mode);

}  // namespace larder::http

#endif
