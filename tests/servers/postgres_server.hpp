// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_POSTGRES_SERVER_HPP
#define LARDER_SERVERS_POSTGRES_SERVER_HPP

#include "server.hpp"

#include <string_view>

namespace larder::servers {

/// A private PostgreSQL cluster whose superuser `postgres` needs no password. Creating it takes a second or
/// two. It does not sync to disk: committed data survives stop() and start(), but not a power failure.
///
/// PostgreSQL refuses to run as root. A test that runs as root starts it as the account `postgres` of
/// Debian's package.
class PostgresServer final : public Server {
 public:
  /// `arguments` follow the default ones on the command line and override them: {"-c", "max_connections=5"}.
  explicit PostgresServer(std::vector<std::string> arguments = {});

  /// Returns "postgresql://postgres@127.0.0.1:PORT/DATABASE".
  std::string url(std::string_view database = "postgres") const;
};

}  // namespace larder::servers

#endif
