// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_REDIS_SERVER_HPP
#define LARDER_SERVERS_REDIS_SERVER_HPP

#include "server.hpp"

namespace larder::servers {

/// A private redis-server. It keeps nothing over a restart unless told to.
class RedisServer final : public Server {
 public:
  /// `arguments` follow ours on the command line and win: {"--requirepass", "secret"},
  /// {"--unixsocket", "redis.sock"} (below directory()), {"--appendonly", "yes"}.
  explicit RedisServer(std::vector<std::string> arguments = {});

  /// "redis://127.0.0.1:PORT/0"; without a password.
  std::string url() const;
};

}  // namespace larder::servers

#endif
