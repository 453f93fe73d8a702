// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_MEMCACHED_SERVER_HPP
#define LARDER_SERVERS_MEMCACHED_SERVER_HPP

#include "server.hpp"

namespace larder::servers {

/// A private memcached on TCP. A restart empties it.
class MemcachedServer final : public Server {
 public:
  /// `arguments` follow the default ones on the command line and override them: {"-m", "8"}, {"-I", "2m"}.
  explicit MemcachedServer(std::vector<std::string> arguments = {});

  /// Returns "127.0.0.1:PORT", the notation of memcached server lists.
  std::string url() const;
};

}  // namespace larder::servers

#endif
