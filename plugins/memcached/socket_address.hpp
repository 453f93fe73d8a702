// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_SOCKET_ADDRESS_HPP
#define LARDER_MEMCACHED_SOCKET_ADDRESS_HPP

#include "server_list.hpp"

#include <larder/async/address.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace larder::memcached {

using SocketAddresses = std::shared_ptr<const std::vector<plugin::Address>>;

/// The addresses of a server. Numeric addresses and Unix sockets are known from the start. A host name's
/// addresses are known after it has been resolved, which may block for as long as the resolver takes.
/// Thread-safe.
class ServerAddress {
 public:
  explicit ServerAddress(const Server& server);

  /// Returns whether known() has addresses; cheap.
  bool isKnown() const { return isKnown_.load(std::memory_order_relaxed); }
  /// Returns the known addresses; NULL until the name has been resolved.
  SocketAddresses known() const;
  /// Asks the resolver if necessary. Blocks. Returns NULL if the name has no address.
  SocketAddresses resolve();
  /// Forgets a resolved address after a failed connection, since the name may have a new address.
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
