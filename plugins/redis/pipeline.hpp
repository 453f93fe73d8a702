// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_PIPELINE_HPP
#define LARDER_REDIS_PIPELINE_HPP

#include "connection.hpp"
#include "counters.hpp"
#include "credentials.hpp"
#include "inbox.hpp"
#include "namespaces.hpp"
#include "request.hpp"
#include "unique_numbers.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::redis {

/// The operations that are not completed, and their order: which wait to be sent, which commands are in
/// flight, and which of the server's answers belongs to which.
///
/// Redis answers in the order of the commands, so the commands in flight are a queue, and the next answer
/// is that of its front. An operation that ends early (deadline, cancel) leaves its place there occupied,
/// and the answer that comes later is swallowed: it can't reach another operation.
///
/// Its answers are taken in pipeline_answers.cpp.
///
/// For the I/O thread, which holds no lock when an operation completes. A completion may submit and cancel;
/// that goes through the Inbox and changes nothing here.
class Pipeline {
 public:
  /// `seed` is random. `timeoutNs`: see stalled(). `ownDeadlineNs` after its arrival an operation without a
  /// deadline has one.
  struct Limits {
    std::uint64_t timeoutNs;
    std::uint64_t ownDeadlineNs;
  };
  Pipeline(std::string keyPrefix, std::uint64_t seed, Limits limits, Counters& counters);

  /// Takes new operations and cancels, in order.
  void admit(const std::vector<Arrival>& arrivals, std::uint64_t now);

  /// Completes the operations whose deadline has passed.
  void expire(std::uint64_t now);

  /// No operation is pending, no answer is due, and there is nothing to send.
  bool isEmpty() const { return requests_.empty() && underWay_.empty() && !login_; }

  /// Something waits to be sent.
  bool hasQueued() const { return !queue_.empty() || login_; }

  /// A new connection stands. `mark` is of the server at its other end: a generation without it counts as
  /// over. Empty: every generation counts.
  void setServerMark(std::string mark) { serverMark_ = std::move(mark); }

  /// Sends AUTH in front of what is queued.
  void authenticate(const Credentials& credentials) { login_ = credentials; }

  /// The code of the error by which the server refused that since the last call; empty if it did not.
  std::string takeRefusedLogin() { return std::exchange(refusedLogin_, {}); }

  /// Puts the next flush into the connection's output. REQUIRES: connection.allSent().
  void encode(Connection& connection, std::uint64_t now);

  /// The connection has sent more; before it had sent `totalBefore` bytes.
  void noteSent(std::uint64_t totalBefore, std::uint64_t now);

  /// The connection has received something.
  void noteReceived(std::uint64_t now) { waitingSinceNs_ = now; }

  /// Hands the next answer to the command it belongs to. False: it can't be the answer to that, so the
  /// connection must be dropped.
  bool accept(Reply reply);

  /// The code of an answer since the last call by which the server asked for another one, as READONLY; empty
  /// if there was none.
  std::string takeRefusal() { return std::exchange(refusal_, {}); }

  /// A command is in flight, and for the timeout nothing has moved in either direction.
  bool stalled(std::uint64_t now) const { return now >= stallNs(); }

  /// When expire or stalled has something to say at the latest.
  std::uint64_t wakeNs() const;

  /// The connection is gone after `totalSent` bytes: completes everything by what may have happened to it.
  void abandon(std::uint64_t totalSent, std::string_view reason);

  /// Completes everything with `status`. Commands in flight keep their places.
  void completeAll(larder_status status, std::string_view reason);

 private:
  enum class Purpose : std::uint8_t {
    operation,  // of request
    check,      // GET of a generation, in front of operations that rely on it
    propose,    // SET NX of a generation where there was none known
    learn,      // GET of the generation that there is then
    clear,      // SET of a new generation, for request
    login,      // AUTH with a new password
    removal,    // of what an operation left behind under a generation that is over
  };

  /// A command in flight.
  struct Slot {
    Purpose purpose;
    Expect expected;
    Namespace* space;    // nullptr for PING, AUTH and locks
    RequestRef request;  // of operation and clear; else requests_.end()
    std::uint64_t end;   // in the connection's output
  };

  void enqueue(Request& request) noexcept;

  // From an operation to commands.
  void sendLogin();
  void route(RequestRef request);
  void sendPing(RequestRef request);
  void sendLock(RequestRef request);
  void sendClear(RequestRef request, Namespace& space);
  void sendLearn(Namespace& space);
  void sendOperation(RequestRef request, Namespace& space);
  Generation newGeneration() { return marked(generationOf(numbers_.next()), serverMark_); }
  void sendCheckOnce(Namespace& space);
  void sendRemoval(const Request& request, const Namespace& space);
  void push(Purpose purpose, Expect expected, Namespace* space, RequestRef request);

  // From an answer to the operation.
  void acceptOperation(const Slot& slot, Reply reply);
  bool sendsScriptAgain(const Slot& slot);
  void acceptCheck(Namespace& space, const redisReply& reply);
  void acceptProposal(Namespace& space, const redisReply& reply);
  void acceptLearned(Namespace& space, const redisReply& reply);
  void acceptClear(const Slot& slot, Reply reply);
  static larder_status readAnswer(const Request& request, const Namespace* space, Reply reply) noexcept;
  static larder_status readUnverified(larder_op& op, const Namespace& space, const redisReply& reply);
  void settle(Namespace& space);

  // The ends of an operation.
  void cancel(const larder_op* op);
  void complete(Request& request, larder_status status, std::string_view why);
  void complete(Request& request, larder_status status);
  Request take(RequestRef request);
  Requests takeAll();

  std::uint64_t stallNs() const;

  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  const Limits limits_;
  Counters& counters_;
  UniqueNumbers numbers_;
  Namespaces namespaces_;
  std::string serverMark_;
  KnownScripts scripts_;  // of the server at the other end

  Requests requests_;             // all, in the order of arrival
  std::deque<RequestRef> queue_;  // to be sent
  std::deque<Slot> underWay_;     // sent or in the connection's output, not answered

  std::optional<Credentials> login_;  // to be sent
  std::string refusedLogin_;          // see takeRefusedLogin
  std::string refusal_;               // see takeRefusal

  std::uint64_t nearestDeadlineNs_ = never;  // no operation's is earlier
  std::uint64_t lastExpiryNs_ = 0;
  std::uint64_t waitingSinceNs_ = 0;  // the server has not moved since; meaningful while underWay_

  // Of the flush that is being encoded.
  std::uint64_t flush_ = 0;
  std::string* output_ = nullptr;
  std::uint64_t outputStart_ = 0;  // what the connection had sent before
};

}  // namespace larder::redis

#endif
