// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_ACCEPTOR_HPP
#define LARDER_HTTP_ACCEPTOR_HPP

#include <Poco/Net/ServerSocket.h>

#include <cstddef>
#include <functional>

#include "http/client.hpp"
#include "http/server_counters.hpp"

namespace larder::http {

/// Accepts new connections from a listening socket. One event loop owns it and distributes the connections
/// among all loops: with a socket per loop (SO_REUSEPORT) two hosts could share a port unintentionally, and
/// loops that race for one socket get unequal shares. Not thread-safe.
class Acceptor {
 public:
  using Admit = std::function<void(Newcomer)>;
  enum class Outcome {
    later,    ///< more connections may be pending: continue in the next turn
    drained,  ///< no connection is pending
    full,     ///< out of descriptors or at the limit: an immediate retry would fail, too
  };

  Acceptor(const Poco::Net::ServerSocket& socket, std::size_t maxConnections, ServerCounters& counters);

  int descriptor() const { return socket_.impl()->sockfd(); }

  /// Hands pending connections to `admit`, a bounded number per call.
  Outcome accept(const Admit& admit);
  void close() { socket_.close(); }

 private:
  Poco::Net::ServerSocket socket_;
  const std::size_t maxConnections_;
  ServerCounters& counters_;
};

}  // namespace larder::http

#endif
