// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_FAULT_PROXY_HPP
#define LARDER_CONFORMANCE_FAULT_PROXY_HPP

#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace larder::conformance {

/// A TCP proxy on 127.0.0.1 in front of a server that simulates failures of networks and servers. Forwards
/// until another mode is set. Each function returns once the mode is in effect, on existing connections too.
/// Runs on its own thread.
///
/// Not thread-safe, except for port().
class FaultProxy {
 public:
  /// Forwards to `host`:`port`. Throws std::runtime_error if the name is unknown. Whether a server listens
  /// there, on any of the name's addresses, shows only when a client connects.
  FaultProxy(const std::string& host, const std::string& port);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  std::uint16_t port() const { return port_; }

  void forward() { apply({}); }
  /// Forwards new connections to another server, as after a change of a name or an address. Existing
  /// connections stay with the previous server. Throws as the constructor does.
  void forwardTo(const std::string& host, const std::string& port);
  /// Resets every connection and refuses new ones, as if the server were killed.
  void refuse() { apply({.kind = Kind::refuse}); }
  /// Resets every connection and forwards new ones.
  void reset() { apply({.kind = Kind::reset}); }
  /// Accepts connections but forwards no bytes, as if the server were stopped. Nothing is lost.
  void pause() { apply({.kind = Kind::pause}); }
  /// Forwards that many further bytes of replies on each connection, then closes it.
  void cutRepliesAfter(std::size_t bytes) { apply({.kind = Kind::cut, .bytes = bytes}); }
  /// Replaces every reply of the server by `garbage`.
  void replaceReplies(std::string garbage) {
    apply({.kind = Kind::garbage, .bytes = 0, .garbage = std::move(garbage)});
  }
  /// Forwards replies byte by byte, one per millisecond.
  void passRepliesByteByByte() { apply({.kind = Kind::slow}); }
  /// Forwards replies after `delay`.
  void delayReplies(std::chrono::milliseconds delay) {
    apply({.kind = Kind::delay, .bytes = 0, .garbage = {}, .delay = delay});
  }

 private:
  enum class Kind { forward, refuse, reset, pause, cut, garbage, slow, delay };
  struct Mode {
    Kind kind = Kind::forward;
    std::size_t bytes = 0;
    std::string garbage{};
    std::chrono::milliseconds delay{0};
  };
  using Time = std::chrono::steady_clock::time_point;
  struct Connection {
    int client;
    int server;
    std::string request{};  ///< read from the client, not yet written to the server
    std::string reply{};    ///< read from the server, not yet written to the client
    bool ending = false;    ///< the server has closed it
    std::size_t passed = 0;
    Time due{};  ///< when more of the reply may be forwarded
  };

  struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;
  };

  static std::vector<Address> addressesOf(const std::string& host, const std::string& port);
  void apply(Mode mode);
  void run();
  bool takeMode();  ///< false if the thread must end
  void listen();
  void accept();
  int connectToServer() const;  ///< -1 if none of its addresses accepts the connection
  void work(Connection& connection, short client_events, short server_events);
  void readReply(Connection& connection);
  void passReply(Connection& connection);
  std::size_t passable(const Connection& connection, Time now) const;
  bool wantsToPass(const Connection& connection) const;
  int waitTime() const;
  static void close(Connection& connection, bool reset);

  std::vector<Address> server_;  ///< all addresses of its name, in the resolver's order; used only by the
                                 ///< thread
  int reserved_ = -1;            ///< keeps the port reserved while nothing listens on it
  int listener_ = -1;
  int wake_ = -1;
  std::uint16_t port_ = 0;

  std::mutex mutex_;
  std::condition_variable applied_;
  Mode wanted_;                        ///< guarded by mutex_, like the next three
  std::vector<Address> wantedServer_;  ///< empty: keep the server
  bool stop_ = false;                  ///< the thread must end
  bool pending_ = false;

  Mode mode_;                          ///< used only by the thread, like the connections
  std::list<Connection> connections_;  ///< closed connections have no client
  std::thread thread_;
};

}  // namespace larder::conformance

#endif
