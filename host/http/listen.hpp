// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_LISTEN_HPP
#define LARDER_HTTP_LISTEN_HPP

#include <Poco/Net/ServerSocket.h>

#include <cstdint>
#include <memory>
#include <string>

#include "http/socket_file.hpp"

namespace larder::http {

/// A socket that listens.
struct Listening {
  Poco::Net::ServerSocket socket;
  std::string address;                 ///< as listen() takes it, with the port that was bound
  std::uint16_t port = 0;              ///< 0 where it has none
  std::unique_ptr<SocketFile> file{};  ///< of a Unix socket that was made here; its end removes the file
};

/// Listens for itself alone on `address`:
/// - "host:port" or "[v6]:port"; port 0 takes a free one
/// - "unix:/run/larder.sock": a file with `mode`. One that a dead process left is replaced.
/// - "systemd" or "systemd:NAME": the first socket that the process was started with (sd_listen_fds(3)), or
/// the
///   first of that FileDescriptorName.
/// Throws std::invalid_argument if that is no address, std::runtime_error if it can't be had; the message
/// begins with `key`.
Listening listenOn(const std::string& key, const std::string& address, std::uint32_t mode);

}  // namespace larder::http

#endif
