// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_SOCKET_ADDRESS_HPP
#define LARDER_MEMCACHED_SOCKET_ADDRESS_HPP

#include "server_list.hpp"

#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace larder::memcached {

/// Where to connect to.
struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};
using SocketAddresses = std::shared_ptr<const std::vector<SocketAddress>>;

/// The addresses of a server's name: those of a number or of a unix socket are known from the start, those of
/// a host's name once somebody has resolved it, which may block for as long as the resolver likes.
/// Thread-safe.
class ServerAddress {
 public:
  explicit ServerAddress(const Server& server);

  /// Whether known() has an answer; cheap.
  bool isKnown() const { return isKnown_.load(std::memory_order_relaxed); }
  /// NULL as long as nobody has resolved the name.
  SocketAddresses known() const;
  /// Asks the resolver if need be. Blocks. NULL if the name has no address.
  SocketAddresses resolve();
  /// A connection failed: the name may have another address now.
  void forget();

 private:
  SocketAddresses lookUp(bool ask) const;

  const Server server_;
  mutable std::mutex mutex_;
  SocketAddresses known_;
  const bool isNumeric_;
  std::atomic<bool> isKnown_;
};

}  // namespace larder::memcached

#endif
