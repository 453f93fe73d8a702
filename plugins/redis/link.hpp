// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_LINK_HPP
#define LARDER_REDIS_LINK_HPP

#include "back_off.hpp"
#include "connection.hpp"
#include "options.hpp"
#include "resolver.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <larder/plugin.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::redis {

/// Whether operations are taken, and if not, what they are answered.
struct Availability {
  larder_status status = LARDER_OK;
  std::string reason;

  bool operator==(const Availability&) const = default;
};

/// Keeps a connection to a server that takes writes: looks the host up, connects, introduces itself, and
/// after a loss or failure does it again, with a growing pause. announce logs and reports each change of
/// state once.
///
/// The introduction ends with a write that changes nothing. A server that answers READONLY, MASTERDOWN,
/// LOADING or CLUSTERDOWN is left for the host's next address, and at last the look-up begins again: the
/// address may lead to a master by then. The health report says degraded, as the server can be reached.
///
/// Driven by the I/O thread: it polls fd() for events(), and calls advance when that or wakeNs() says so.
class Link {
 public:
  /// Whether changes of state are logged and reported: a backend has one link that speaks for it.
  enum class Announcing { no, yes };

  /// Throws std::system_error, std::runtime_error.
  Link(plugin::Host host, const Options& options, Announcing announcing = Announcing::yes);

  /// What to poll for; -1 for nothing.
  int fd() const;
  short events() const;

  /// When advance wants to be called at the latest.
  std::uint64_t wakeNs() const;

  /// Takes the next step towards a connection, if one is due. `events` are those that poll saw on fd().
  void advance(std::uint64_t now, short events);

  bool isReady() const { return step_ == Step::ready; }

  /// REQUIRES: isReady().
  Connection& connection() { return *connection_; }

  /// The connection, or the attempt to make one, is of no use any more; `health` is what to report of a
  /// connection. Throws std::bad_alloc if the reason can't be kept: then it is lost all the same.
  void lose(std::uint64_t now, std::string_view reason, std::uint32_t health = LARDER_HEALTH_DOWN);

  /// The server is to be found at `master` from now on. REQUIRES: the URL names sentinels.
  void moveTo(std::uint64_t now, const HostPort& master);
  /// Where the server is, as far as is known.
  const HostPort& server() const { return server_; }

  /// The first digits of the server's run id; empty if it does not tell, or if the options want to keep what
  /// another server has left. REQUIRES: isReady().
  const std::string& serverMark() const { return serverMark_; }

  /// Looks at the credentials once a second. True: they have changed since the server was told.
  bool credentialsChanged(std::uint64_t now);
  const Credentials& credentials() const { return credentials_; }

  /// Logs something about the server.
  void warn(const std::string& text) const { host_.warn(url_.endpoint() + ": " + text); }

  /// Operations are accepted while there is a connection, and also during the first attempt to make one or to
  /// replace one that served for a while, because that usually succeeds in a moment.
  const Availability& availability() const { return availability_; }

  /// Logs and reports the state, if it has changed. Apart from advance and lose, so that a listener that
  /// hears of it finds operations taken or refused accordingly.
  void announce();

 private:
  enum class Step { pausing, resolving, connecting, introducing, ready };

  void attempt(std::uint64_t now);
  bool readCredentials(std::uint64_t now);
  void resolved(std::uint64_t now);
  void connectToNextAddress(std::uint64_t now);
  bool startConnecting(const Address& address);
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
  HostPort server_;               // the URL's, or the one that the sentinels told last
  std::optional<HostPort> told_;  // by a sentinel, and not tried yet
  Credentials credentials_;
  std::uint64_t nextLookNs_ = 0;  // at them
  TlsOptions tls_;                // of a URL that wants it
  std::string clientName_;
  bool clearsOnNewServer_;
  std::string serverMark_;
  std::string probeKey_;
  std::chrono::nanoseconds connectTimeout_;
  Announcing announcing_;
  BackOff backOff_;
  Resolver resolver_;

  Step step_ = Step::pausing;
  std::uint64_t stepEndsNs_ = 0;     // of the step; the pause before the first attempt is over at once
  std::uint64_t attemptEndsNs_ = 0;  // of all steps up to ready
  std::uint64_t readySinceNs_ = 0;
  std::vector<Address> addresses_;  // not yet tried, the next one last
  std::string lastFailure_;
  std::uint32_t failedHealth_ = LARDER_HEALTH_DOWN;  // degraded once a server of this attempt has answered
  FileDescriptor socket_;                            // while connecting
  std::deque<std::string> introductions_;            // names of the commands not yet answered, in order
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
