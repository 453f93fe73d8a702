// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_REDIS_URL_HPP
#define LARDER_REDIS_REDIS_URL_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace larder::redis {

/// Where something listens.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;

  /// "host:port", with brackets around an IPv6 address.
  std::string text() const;
  bool operator==(const HostPort&) const = default;
};

/// Which server, as whom, and which of its databases.
struct RedisUrl {
  HostPort server{{}, 6379};
  std::string socketPath;           ///< a Unix socket; if not empty, `server` means nothing
  std::vector<HostPort> sentinels;  ///< if not empty, they know the server of `service`
  std::string service;
  std::string user;      ///< empty: the server's default user
  std::string password;  ///< empty: none, or it is elsewhere
  std::uint32_t database = 0;
  bool tls = false;  ///< rediss

  /// For log lines: "redis localhost:6379", "redis service mymaster". Never holds the user or the password.
  std::string endpoint() const;
};

/// Understands
///   redis://[[user]:password@]host[:port][/database]     an IPv6 host stands in brackets
///   rediss://..., the same over TLS
///   redis-sentinel://[[user]:password@]host[:port][,host[:port]...]/service[/database]
///   redis+unix://[[user]:password@]/path/to.sock[?db=N]  and the same with unix://
/// with user, password and path percent-encoded. Throws plugin::ConfigError, which says what would be
/// right and repeats nothing of `url`: any part of a mistyped one may be the password.
RedisUrl parseRedisUrl(std::string_view url);

}  // namespace larder::redis

#endif
