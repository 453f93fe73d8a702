// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_LINK_HPP
#define LARDER_REDIS_LINK_HPP

#include "connection.hpp"
#include "options.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <larder/async/address.hpp>
#include <larder/async/back_off.hpp>
#include <larder/async/resolver.hpp>
#include <larder/plugin.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::redis {

/// Whether operations are accepted, and if not, the status and reason that they fail with.
struct Availability {
  larder_status status = LARDER_OK;
  std::string reason;

  bool operator==(const Availability&) const = default;
};

/// Maintains a connection to a server that accepts writes: resolves the host, connects, introduces itself,
/// and repeats this after a loss or failure, with growing pauses. announce logs and reports each change of
/// state once.
///
/// The introduction ends with a write that changes nothing. If the server replies READONLY, MASTERDOWN,
/// LOADING or CLUSTERDOWN, the link tries the host's next address, and after the last address resolves the
/// host again, since the name may lead to a master by then. The health report is then degraded rather than
/// down, because the server is reachable. A node of a cluster gets no such write: it serves some slots only.
///
/// Driven by the I/O thread, which polls fd() for events() and calls advance when poll or wakeNs() says so.
class Link {
 public:
  /// Whether changes of state are logged and reported. Only one link of a backend does so.
  enum class Announcing { no, yes };

  /// Throws std::system_error, std::runtime_error.
  Link(plugin::Host host, const Options& options, Announcing announcing = Announcing::yes);

  /// Returns the descriptor to poll; -1 for none.
  int fd() const;
  short events() const;

  /// Returns the time by which advance must be called.
  std::uint64_t wakeNs() const;

  /// Takes the next step towards a connection, if one is due. `events` are the events that poll reported for
  /// fd().
  void advance(std::uint64_t now, short events);

  bool isReady() const { return step_ == Step::ready; }

  /// REQUIRES: isReady().
  Connection& connection() { return *connection_; }

  /// Gives up the connection, or the attempt to make one. `health` is the state to report if a connection was
  /// up. Throws std::bad_alloc if the reason cannot be stored; the connection is given up nevertheless.
  void lose(std::uint64_t now, std::string_view reason, std::uint32_t health = LARDER_HEALTH_DOWN);

  /// Makes `master` the server to connect to from now on. REQUIRES: the URL names sentinels.
  void moveTo(std::uint64_t now, const HostPort& master);
  /// Returns the server's last known address.
  const HostPort& server() const { return server_; }

  /// Returns the first digits of the server's run id; empty if the server does not report it, or if the
  /// options keep entries across servers. REQUIRES: isReady().
  const std::string& serverMark() const { return serverMark_; }

  /// Checks the credentials once a second. Returns true if they have changed since they were sent to the
  /// server.
  bool credentialsChanged(std::uint64_t now);
  const Credentials& credentials() const { return credentials_; }

  /// Logs a warning about the server.
  void warn(const std::string& text) const { host_.warn(url_.endpoint() + ": " + text); }

  /// Operations are accepted while the connection is up. They are also accepted during the first attempt to
  /// connect, and while replacing a connection that served for a while, because those attempts usually
  /// succeed quickly.
  const Availability& availability() const { return availability_; }

  /// Logs and reports the state, if it has changed. This is separate from advance and lose, so that
  /// operations are already accepted or refused accordingly when a listener hears of the change.
  void announce();

 private:
  enum class Step { pausing, resolving, connecting, introducing, ready };

  void attempt(std::uint64_t now);
  bool readCredentials(std::uint64_t now);
  void resolved(std::uint64_t now);
  void connectToNextAddress(std::uint64_t now);
  void finishConnecting(std::uint64_t now);
  void introduce(std::uint64_t now);
  void ask(std::initializer_list<std::string_view> words);
  void readIntroduction(std::uint64_t now);
  std::optional<Availability> judgeIntroduction(const redisReply& reply) const;
  void tryAnotherServer(std::uint64_t now, const std::string& reason);
  void succeed(std::uint64_t now);
  void fail(std::uint64_t now, larder_status status, std::string_view reason);
  void pause(std::uint64_t now);

  plugin::Host host_;
  RedisUrl url_;
  std::string sentinelPassword_;
  HostPort server_;               // the URL's server, or the one that the sentinels named last
  std::optional<HostPort> told_;  // named by a sentinel and not tried yet
  Credentials credentials_;
  std::uint64_t nextLookNs_ = 0;  // when to check the credentials again
  TlsOptions tls_;                // used only if the URL asks for TLS
  std::string clientName_;
  bool clearsOnNewServer_;
  bool isClusterNode_;
  std::string serverMark_;
  std::string probeKey_;
  std::chrono::nanoseconds connectTimeout_;
  Announcing announcing_;
  plugin::BackOff backOff_;
  plugin::Resolver resolver_;

  Step step_ = Step::pausing;
  std::uint64_t stepEndsNs_ = 0;     // when the step ends; the initial pause ends at once
  std::uint64_t attemptEndsNs_ = 0;  // when the attempt ends, with all its steps up to ready
  std::uint64_t readySinceNs_ = 0;
  std::vector<plugin::Address> addresses_;  // not yet tried, in reverse order
  std::string lastFailure_;
  std::uint32_t failedHealth_ = LARDER_HEALTH_DOWN;  // degraded once a server has replied in this attempt
  plugin::FileDescriptor socket_;                    // open while connecting
  std::deque<std::string> introductions_;            // names of the unanswered commands, in order
  std::optional<Connection> connection_;

  Availability availability_;
  struct State {
    larder_status status;
    std::uint32_t health;
    std::string text;
  };
  std::optional<State> state_;  // not yet announced
  std::optional<State> announced_;
};

}  // namespace larder::redis

#endif
