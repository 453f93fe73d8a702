// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_REDIS_SERVER_HPP
#define LARDER_SERVERS_REDIS_SERVER_HPP

#include "server.hpp"

namespace larder::servers {

/// A private redis-server. It loses its data on a restart unless configured otherwise.
class RedisServer final : public Server {
 public:
  /// `arguments` follow the default ones on the command line and override them: {"--requirepass", "secret"},
  /// {"--unixsocket", "redis.sock"} (below directory()), {"--appendonly", "yes"}.
  explicit RedisServer(std::vector<std::string> arguments = {});

  /// Returns "redis://127.0.0.1:PORT/0", without a password.
  std::string url() const;
};

}  // namespace larder::servers

#endif
