// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_ACCEPTOR_HPP
#define LARDER_HTTP_ACCEPTOR_HPP

#include <Poco/Net/ServerSocket.h>

#include <cstddef>
#include <functional>

#include "http/client.hpp"
#include "http/server_counters.hpp"

namespace larder::http {

/// Takes new connections from a listening socket. For one event loop, which gives them to others in turn:
/// with a socket for each loop (SO_REUSEPORT) two hosts could share a port without anyone's intent, and loops
/// that race for one socket get unequal shares. Not thread-safe.
class Acceptor {
 public:
  using Admit = std::function<void(Newcomer)>;
  enum class Outcome {
    later,    ///< there may be more: go on in the next turn
    drained,  ///< no one waits
    full,     ///< out of descriptors or at the limit: trying again at once would be in vain
  };

  Acceptor(const Poco::Net::ServerSocket& socket, std::size_t maxConnections, ServerCounters& counters);

  int descriptor() const { return socket_.impl()->sockfd(); }

  /// Hands connections that wait to `admit`, not endlessly many at once.
  Outcome accept(const Admit& admit);
  void close() { socket_.close(); }

 private:
  Poco::Net::ServerSocket socket_;
  const std::size_t maxConnections_;
  ServerCounters& counters_;
};

}  // namespace larder::http

#endif
