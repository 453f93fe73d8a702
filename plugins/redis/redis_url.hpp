// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_REDIS_URL_HPP
#define LARDER_REDIS_REDIS_URL_HPP

#include <larder/async/address.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace larder::redis {

using plugin::HostPort;

/// A parsed URL: the server, the login and the database.
struct RedisUrl {
  HostPort server{{}, 6379};
  std::string socketPath;           ///< a Unix socket; if not empty, `server` is unused
  std::vector<HostPort> sentinels;  ///< if not empty, ask them for the master of `service`
  std::string service;
  std::vector<HostPort> cluster;  ///< if not empty, nodes of a Redis Cluster to ask for the others
  std::string user;               ///< empty: the server's default user
  std::string password;           ///< empty: none, or given elsewhere
  std::uint32_t database = 0;
  bool tls = false;  ///< rediss, rediss-cluster

  /// Returns a name for log lines: "redis localhost:6379", "redis service mymaster", "redis cluster a:6379".
  /// Never holds the user or the password.
  std::string endpoint() const;
};

/// Parses a URL of one of these forms:
///   redis://[[user]:password@]host[:port][/database]     an IPv6 host is in brackets
///   rediss://..., the same over TLS
///   redis-sentinel://[[user]:password@]host[:port][,host[:port]...]/service[/database]
///   redis-cluster://[[user]:password@]host[:port][,host[:port]...][/]   some of the nodes
///   rediss-cluster://..., the same over TLS
///   redis+unix://[[user]:password@]/path/to.sock[?db=N]  or the same with unix://
/// User, password and path are percent-encoded. Throws plugin::ConfigError, which says what a correct URL
/// looks like and quotes nothing of `url`, because any part of a mistyped URL may be the password.
RedisUrl parseRedisUrl(std::string_view url);

}  // namespace larder::redis

#endif
