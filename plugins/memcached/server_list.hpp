// SPDX-License-Identifier: Apache-2.0
// The servers of one backend: their notation in the configuration, and the choice of a server for a key.
#ifndef LARDER_MEMCACHED_SERVER_LIST_HPP
#define LARDER_MEMCACHED_SERVER_LIST_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace larder::memcached {

/// One memcached server.
struct Server {
  std::string host;        ///< a name, an address, or the absolute path of a unix socket
  std::uint16_t port = 0;  ///< 0 for a unix socket

  bool isSocket() const { return port == 0; }
  /// Returns the server as a person writes it. This name also identifies the server when keys are spread.
  std::string name() const;
};

/// Parses "host", "host:port", "[v6 address]:port" or "/path/of/socket". Throws plugin::ConfigError.
Server parseServer(std::string_view text);

/// Parses a list of at least 1 and at most 64 different servers. Throws plugin::ConfigError.
std::vector<Server> parseServers(const std::vector<std::string>& texts);

/// Spreads keys over servers by rendezvous hashing: each server bids for a key and the highest bid wins, so
/// removing one of n servers moves only its own keys. Every client with the same list, in any order, picks
/// the same server. Immutable, hence thread-safe.
class ServerChoice {
 public:
  explicit ServerChoice(std::span<const Server> servers);

  /// Returns the index of the server that has the key with this hash.
  std::size_t of(std::uint64_t keyHash) const;

 private:
  std::vector<std::uint64_t> seeds_;
};

}  // namespace larder::memcached

#endif
