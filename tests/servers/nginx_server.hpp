// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_NGINX_SERVER_HPP
#define LARDER_SERVERS_NGINX_SERVER_HPP

#include "server.hpp"

namespace larder::servers {

/// A private nginx that hands requests to several hosts on 127.0.0.1 by turns.
class NginxServer final : public Server {
 public:
  /// The ports of the hosts. Each response says in X-Upstream which one answered, "127.0.0.1:PORT".
  explicit NginxServer(std::vector<std::uint16_t> hosts);
};

}  // namespace larder::servers

#endif
