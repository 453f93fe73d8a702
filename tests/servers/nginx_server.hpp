// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_NGINX_SERVER_HPP
#define LARDER_SERVERS_NGINX_SERVER_HPP

#include "server.hpp"

namespace larder::servers {

/// A private nginx that hands requests to several hosts on 127.0.0.1 by turns.
class NginxServer final : public Server {
 public:
  enum class Upstream {
    connectsAnew,     ///< for each request, as it does by default
    keepsConnections  ///< one to each host, for all its clients, with bodies handed on as they come
  };

  /// The ports of the hosts. Each response says in X-Upstream which one answered, "127.0.0.1:PORT".
  explicit NginxServer(std::vector<std::uint16_t> hosts, Upstream upstream = Upstream::connectsAnew);
};

}  // namespace larder::servers

#endif
