// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_SENTINEL_SERVER_HPP
#define LARDER_SERVERS_SENTINEL_SERVER_HPP

#include "server.hpp"

#include <cstdint>
#include <string>

namespace larder::servers {

/// A private Redis Sentinel that watches the service "mymaster". It considers a master down after half a
/// second of silence, and needs the agreement of one more sentinel for a failover.
class SentinelServer final : public Server {
 public:
  /// Clients and other sentinels must authenticate with `password`. Empty: no password is required.
  explicit SentinelServer(std::uint16_t masterPort, const std::string& password = {});
};

}  // namespace larder::servers

#endif
