// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_PIPELINE_HPP
#define LARDER_REDIS_PIPELINE_HPP

#include "cluster_redirect.hpp"
#include "connection.hpp"
#include "credentials.hpp"
#include "namespaces.hpp"
#include "request.hpp"
#include "unique_numbers.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <larder/async/inbox.hpp>
#include <larder/async/pending_operations.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::redis {

/// The operations that are not completed, in order: those waiting to be sent, the commands in flight, and the
/// command that each of the server's replies belongs to.
///
/// Redis replies in the order of the commands, so the commands in flight form a queue and the next reply
/// belongs to its front. An operation that ends early (deadline, cancel) keeps its place in the queue, and
/// its late reply is discarded: it cannot reach another operation.
///
/// Replies are handled in pipeline_answers.cpp.
///
/// Used by the I/O thread, which holds no lock when an operation completes. A completion may submit and
/// cancel; both go through the Inbox and change nothing here.
class Pipeline {
 public:
  /// Called with the text of each MOVED error of a cluster's node, before the operation is completed.
  using Moved = std::function<void(std::string_view error)>;

  /// `seed` is random. `timeoutNs`: see stalled(). A pipeline with `moved` is for a node of a cluster: keys
  /// have the form of a part, and an operation that the node redirects is completed with routeAgain.
  Pipeline(std::string keyPrefix, std::uint64_t seed, std::uint64_t timeoutNs,
           plugin::PendingOperations& operations, Moved moved = {});

  /// Takes new operations and cancels, in order.
  void admit(const std::vector<plugin::Arrival>& arrivals, std::uint64_t now) noexcept;

  /// Completes the operations whose deadline has passed.
  void expire(std::uint64_t now);

  /// Returns true if no operation is pending, no reply is due, and there is nothing to send.
  bool isEmpty() const { return requests_.empty() && underWay_.empty() && !login_; }

  /// Returns true if anything waits to be sent.
  bool hasQueued() const { return !queue_.empty() || login_; }

  /// Sets the mark of the server on a new connection: a generation without it counts as cleared. With an
  /// empty mark, every generation is valid.
  void setServerMark(std::string mark) { serverMark_ = std::move(mark); }

  /// Sends AUTH ahead of the queued operations.
  void authenticate(const Credentials& credentials) { login_ = credentials; }

  /// Returns the error code of an AUTH that the server refused since the last call; empty if none was
  /// refused.
  std::string takeRefusedLogin() { return std::exchange(refusedLogin_, {}); }

  /// Writes the next flush to the connection's output. REQUIRES: connection.allSent().
  void encode(Connection& connection, std::uint64_t now);

  /// Records that the connection has sent more; `totalBefore` is the byte count before that.
  void noteSent(std::uint64_t totalBefore, std::uint64_t now);

  /// Records that the connection has received bytes.
  void noteReceived(std::uint64_t now) { waitingSinceNs_ = now; }

  /// Hands the next reply to its command. Returns false if the reply cannot belong to that command; the
  /// connection must then be dropped.
  bool accept(Reply reply);

  /// Returns how many commands wait for their replies.
  std::size_t inFlight() const { return underWay_.size(); }

  /// Appends the command that is `index` places behind the next one to be answered once more, to be sent to
  /// another node. Returns whether it is a write; nullopt if nobody waits for its reply any longer.
  std::optional<bool> encodeAgain(std::size_t index, std::string& output) const;

  /// Completes the operation of the next command to be answered, if it is one, because the command's outcome
  /// is unknown. Its place stays, for a reply to be accepted.
  void giveUpNext(std::string_view reason);

  /// Returns the code of a reply since the last call that asks for another server, such as READONLY; empty if
  /// there was none.
  std::string takeRefusal() { return std::exchange(refusal_, {}); }

  /// Returns true if a command is in flight and no byte has moved in either direction for the timeout.
  bool stalled(std::uint64_t now) const { return now >= stallNs(); }

  /// Returns the time by which expire and stalled must be called.
  std::uint64_t wakeNs() const;

  /// Completes everything after the connection was lost. `totalSent` is the byte count sent on it, from which
  /// the pipeline decides which writes may have happened.
  void abandon(std::uint64_t totalSent, std::string_view reason) noexcept;

  /// Completes everything with `status`. Commands in flight keep their places.
  void completeAll(larder_status status, std::string_view reason) noexcept;

 private:
  enum class Purpose : std::uint8_t {
    operation,  // the command of `request`
    check,      // GET of a generation, ahead of the operations that rely on it
    propose,    // SET NX of a generation where none was known
    learn,      // GET of the resulting generation
    clear,      // SET of a new generation, for `request`
    login,      // AUTH with a new password
    removal,    // UNLINK of an entry left behind in an old generation
    prelude,    // precedes the last of the raw commands of a request
  };

  /// A command in flight.
  struct Slot {
    Purpose purpose;
    Expect expected;
    Namespace* space;    // nullptr for PING, AUTH and locks
    RequestRef request;  // set for operation and clear; otherwise requests_.end()
    std::uint64_t end;   // its end in the connection's output
  };

  void enqueue(const plugin::Arrival& arrival, std::uint64_t now) noexcept;

  // From an operation to commands.
  void sendLogin();
  void route(RequestRef request);
  void sendPing(RequestRef request);
  void sendLock(RequestRef request);
  void sendRaw(RequestRef request);
  void sendClear(RequestRef request, Namespace& space);
  void sendLearn(Namespace& space);
  void sendOperation(RequestRef request, Namespace& space);
  static void appendClear(std::string& output, const Namespace& space);
  static void appendProposal(std::string& output, const Namespace& space);
  void appendLearn(std::string& output, const Namespace& space) const;
  Requests::const_iterator noRequest() const { return requests_.end(); }
  Generation newGeneration() { return marked(generationOf(numbers_.next()), serverMark_); }
  void sendCheckOnce(Namespace& space);
  void sendRemoval(const Request& request, const Namespace& space);
  void push(Purpose purpose, Expect expected, Namespace* space, RequestRef request);

  // From a reply to the operation.
  void acceptOperation(const Slot& slot, Reply reply);
  bool sendsScriptAgain(const Slot& slot);
  void acceptCheck(Namespace& space, const redisReply& reply);
  void acceptProposal(Namespace& space, const redisReply& reply);
  void acceptLearned(Namespace& space, const redisReply& reply);
  void acceptClear(const Slot& slot, Reply reply);
  larder_status readAnswer(const Request& request, const Namespace* space, Reply reply) noexcept;
  larder_status readUnverified(larder_op& op, const Namespace& space, const redisReply& reply) const;
  larder_status statusOf(std::string_view error) const;
  Redirection redirectionOf(const redisReply& reply) const;
  void settle(Namespace& space);

  // Completion.
  Request& take(RequestRef request);
  Requests takeAll() noexcept;

  std::uint64_t stallNs() const;

  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  const std::uint64_t timeoutNs_;
  plugin::PendingOperations& operations_;
  const Moved moved_;  // null unless the server is a node of a cluster
  UniqueNumbers numbers_;
  Namespaces namespaces_;
  std::string serverMark_;
  KnownScripts scripts_;  // known to the connected server

  Requests requests_;             // all requests, in order of arrival
  Requests spare_;                // objects to use again, the latest first
  std::deque<RequestRef> queue_;  // to be sent
  std::deque<Slot> underWay_;     // unanswered: sent, or in the connection's output

  std::optional<Credentials> login_;  // to be sent
  std::string refusedLogin_;          // see takeRefusedLogin
  std::string refusal_;               // see takeRefusal

  std::uint64_t waitingSinceNs_ = 0;  // the server's last progress; meaningful while underWay_ is not empty

  // State of the flush being encoded.
  std::uint64_t flush_ = 0;
  std::string* output_ = nullptr;
  std::uint64_t outputStart_ = 0;  // bytes that the connection had sent before the flush
};

}  // namespace larder::redis

#endif
