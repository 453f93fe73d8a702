// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_NGINX_SERVER_HPP
#define LARDER_SERVERS_NGINX_SERVER_HPP

#include "server.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace larder::servers {

/// A private nginx that hands requests to several hosts on 127.0.0.1 by turns.
class NginxServer final : public Server {
 public:
  enum class Upstream {
    newConnections,   ///< for each request, as it does by default
    keepsConnections  ///< one to each host, for all its clients, with bodies handed on as they come
  };

  /// The ports of the hosts. Each response says in X-Upstream which one answered, "127.0.0.1:PORT".
  explicit NginxServer(std::vector<std::uint16_t> hosts, Upstream upstream = Upstream::newConnections);

  /// Returns the contents of the http block, for an nginx that listens on that port of 127.0.0.1 and answers
  /// GET /nginx with 204.
  using Site = std::function<std::string(std::uint16_t port)>;
  explicit NginxServer(const Site& site);
};

}  // namespace larder::servers

#endif
