// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_SENTINEL_SERVER_HPP
#define LARDER_SERVERS_SENTINEL_SERVER_HPP

#include "server.hpp"

#include <cstdint>
#include <string>

namespace larder::servers {

/// A private Redis Sentinel that watches the service "mymaster". It takes a master that is silent for half a
/// second for down, and needs one more sentinel that agrees.
class SentinelServer final : public Server {
 public:
  /// `password` is what clients and the other sentinels must give; empty: none.
  explicit SentinelServer(std::uint16_t masterPort, const std::string& password = {});
};

}  // namespace larder::servers

#endif
