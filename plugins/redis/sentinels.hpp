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

/// One connection to one sentinel. It blocks to resolve the host, so it is for threads that may wait.
class SentinelDialogue {
 public:
  /// Starts connecting and logging in. Throws std::runtime_error if that fails at once, std::bad_alloc.
  SentinelDialogue(const HostPort& sentinel, std::string_view password);

  /// Queues a command after the earlier ones.
  void ask(std::initializer_list<std::string_view> words);

  int fd() const { return connection_.fd(); }
  short events() const;

  /// Sends and receives after poll has reported `events`. Returns false if the connection has failed.
  bool advance(short events);

  /// Returns the next reply, except the one to the login; nullptr if none has arrived. Throws
  /// std::runtime_error if the bytes are not a reply, or if the sentinel refuses the login.
  Reply next();

  /// Returns the connection's failure text, prefixed with the sentinel's address.
  std::string failure() const;

 private:
  std::string name_;
  Connection connection_;
  std::string waiting_;  // commands that follow those in the connection's output
  bool loggingIn_;
};

/// The master that the sentinels of a service report.
struct MasterAnswer {
  std::optional<HostPort> master;
  std::string failure;  ///< why no sentinel reported a master
};

/// Asks all sentinels of the URL in parallel for the service's master, until a majority has replied or
/// `patience` expires. If the replies differ, the one with the latest failover wins.
MasterAnswer askForMaster(const RedisUrl& url, std::string_view password, std::chrono::milliseconds patience);

}  // namespace larder::redis

#endif
