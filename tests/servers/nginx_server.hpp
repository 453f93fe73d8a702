// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_NGINX_SERVER_HPP
#define LARDER_SERVERS_NGINX_SERVER_HPP

#include "server.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace larder::servers {

/// A private nginx that distributes requests over several hosts on 127.0.0.1 in round-robin order.
class NginxServer final : public Server {
 public:
  enum class Upstream {
    newConnections,   ///< a new connection per request, nginx's default
    keepsConnections  ///< one connection per host, shared by all clients; bodies are streamed
  };

  /// Takes the ports of the hosts. The header X-Upstream of each response names the host that sent it,
  /// "127.0.0.1:PORT".
  explicit NginxServer(std::vector<std::uint16_t> hosts, Upstream upstream = Upstream::newConnections);

  /// Returns the contents of the http block. It must listen on the given port of 127.0.0.1 and answer GET
  /// /nginx with 204.
  using Site = std::function<std::string(std::uint16_t port)>;
  explicit NginxServer(const Site& site);
};

}  // namespace larder::servers

#endif
