// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_MEMCACHED_SERVER_HPP
#define LARDER_SERVERS_MEMCACHED_SERVER_HPP

#include "server.hpp"

namespace larder::servers {

/// A private memcached on TCP. A restart empties it.
class MemcachedServer final : public Server {
 public:
  /// `arguments` follow ours on the command line and win: {"-m", "8"}, {"-I", "2m"}.
  explicit MemcachedServer(std::vector<std::string> arguments = {});

  /// "127.0.0.1:PORT", as lists of memcached servers are written.
  std::string url() const;
};

}  // namespace larder::servers

#endif
