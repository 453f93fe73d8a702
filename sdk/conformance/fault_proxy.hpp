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

/// A TCP proxy on 127.0.0.1 in front of a server, which does to connections what networks and dying servers
/// do. It forwards until told otherwise; each function returns when it has taken effect, also on connections
/// that exist. A thread of its own does the work.
///
/// Not thread-safe, but for port().
class FaultProxy {
 public:
  /// In front of `host`:`port`. Throws std::runtime_error if that name is unknown; whether anything listens
  /// there, on whichever of its addresses, is seen when a client connects.
  FaultProxy(const std::string& host, const std::string& port);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  std::uint16_t port() const { return port_; }

  void forward() { apply({}); }
  /// Forwards new connections to another server, as a name or an address that moves does. Those that exist
  /// stay with theirs. Throws as the constructor does.
  void forwardTo(const std::string& host, const std::string& port);
  /// Resets every connection and refuses new ones, as if the server were killed.
  void refuse() { apply({.kind = Kind::refuse}); }
  /// Resets every connection and forwards new ones.
  void reset() { apply({.kind = Kind::reset}); }
  /// Lets connections be made, and no byte pass, as if the server were stopped. Nothing is lost.
  void pause() { apply({.kind = Kind::pause}); }
  /// Of each connection, passes that many bytes of replies from now on; then closes it.
  void cutRepliesAfter(std::size_t bytes) { apply({.kind = Kind::cut, .bytes = bytes}); }
  /// Answers with `garbage` wherever the server answers.
  void replaceReplies(std::string garbage) {
    apply({.kind = Kind::garbage, .bytes = 0, .garbage = std::move(garbage)});
  }
  /// Passes replies byte by byte, one every millisecond.
  void passRepliesByteByByte() { apply({.kind = Kind::slow}); }
  /// Passes replies that much later.
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
    std::string reply{};    ///< and the other way round
    bool ending = false;    ///< the server has closed it
    std::size_t passed = 0;
    Time due{};  ///< when more of the reply may pass
  };

  struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;
  };

  static std::vector<Address> addressesOf(const std::string& host, const std::string& port);
  void apply(Mode mode);
  void run();
  bool takeMode();  ///< false if the thread is to end
  void listen();
  void accept();
  int connectToServer() const;  ///< -1 if none of its addresses takes the connection
  void work(Connection& connection, short client_events, short server_events);
  void readReply(Connection& connection);
  void passReply(Connection& connection);
  std::size_t passable(const Connection& connection, Time now) const;
  bool wantsToPass(const Connection& connection) const;
  int waitTime() const;
  static void close(Connection& connection, bool reset);

  std::vector<Address> server_;  ///< all that its name has, in the resolver's order; the thread's own
  int reserved_ = -1;            ///< keeps the port ours while nothing listens on it
  int listener_ = -1;
  int wake_ = -1;
  std::uint16_t port_ = 0;

  std::mutex mutex_;
  std::condition_variable applied_;
  Mode wanted_;                        ///< guarded, like the next three
  std::vector<Address> wantedServer_;  ///< empty: the server stays
  bool stop_ = false;                  ///< the thread is to end
  bool pending_ = false;

  Mode mode_;                          ///< the thread's own, like the connections
  std::list<Connection> connections_;  ///< closed ones have no client
  std::thread thread_;
};

}  // namespace larder::conformance

#endif
