// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_SENTINELS_HPP
#define LARDER_REDIS_SENTINELS_HPP

#include "connection.hpp"
#include "redis_url.hpp"

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::redis {

/// One connection to one sentinel, on a thread that may wait: the host is looked up there and then.
class SentinelDialogue {
 public:
  /// Begins to connect and to log in. Throws std::runtime_error if that fails at once, std::bad_alloc.
  SentinelDialogue(const HostPort& sentinel, std::string_view password);

  /// Sends a command behind those before it.
  void ask(std::initializer_list<std::string_view> words);

  int fd() const { return connection_.fd(); }
  short events() const;

  /// Sends and receives, after poll has seen `events`. False: the connection has failed.
  bool advance(short events);

  /// The next answer, but not that of the login; nullptr if it is not there yet. Throws std::runtime_error if
  /// what came is none, or the sentinel refuses the login.
  Reply next();

  /// Of the connection, with the sentinel's address in front.
  std::string failure() const;

 private:
  std::string name_;
  Connection connection_;
  std::string waiting_;  // commands behind those in the connection's output
  bool loggingIn_;
};

/// What the sentinels of a service say.
struct MasterAnswer {
  std::optional<HostPort> master;
  std::string failure;  ///< why none of them says anything
};

/// Asks all sentinels of the URL at once for the service's master, until most of them have answered or
/// `patience` is over. Of different answers the one of the latest failover counts.
MasterAnswer askForMaster(const RedisUrl& url, std::string_view password, std::chrono::milliseconds patience);

}  // namespace larder::redis

#endif
