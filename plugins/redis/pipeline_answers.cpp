// SPDX-License-Identifier: Apache-2.0
//
// The half of Pipeline that handles the server's replies.
#include "pipeline.hpp"

#include <algorithm>
#include <larder/plugin.hpp>
#include <new>
#include <utility>

namespace larder::redis {
namespace {

// Each retry means that another host cleared the namespace within one round trip.
constexpr int maxRedone = 3;

bool concernTheSameKey(const larder_op& one, const larder_op& other) {
  return isOfALock(one) == isOfALock(other) && plugin::view(one.key) == plugin::view(other.key) &&
         plugin::view(one.name_space) == plugin::view(other.name_space);
}

std::optional<Generation> generationIn(const redisReply& reply) {
  return reply.type == REDIS_REPLY_STRING ? readGeneration(textOf(reply)) : std::nullopt;
}

}  // namespace

bool Pipeline::accept(Reply reply) {
  if (underWay_.empty() || !fits(underWay_.front().expected, *reply)) return false;
  const Redirection redirection = redirectionOf(*reply);
  if (redirection == Redirection::moved) moved_(textOf(*reply));
  if (reply->type == REDIS_REPLY_ERROR && redirection == Redirection::none &&
      asksForAnotherServer(textOf(*reply)))
    refusal_ = publicText(textOf(*reply));
  const Slot slot = underWay_.front();
  underWay_.pop_front();
  switch (slot.purpose) {
    case Purpose::operation: acceptOperation(slot, std::move(reply)); break;
    case Purpose::check: acceptCheck(*slot.space, *reply); break;
    case Purpose::propose: acceptProposal(*slot.space, *reply); break;
    case Purpose::learn: acceptLearned(*slot.space, *reply); break;
    case Purpose::clear: acceptClear(slot, std::move(reply)); break;
    case Purpose::login:
      if (reply->type == REDIS_REPLY_ERROR) refusedLogin_ = publicText(textOf(*reply));
      break;
    case Purpose::removal:  // an entry left behind is harmless
    case Purpose::prelude: break;
  }
  if (slot.space != nullptr) settle(*slot.space);
  return true;
}

Redirection Pipeline::redirectionOf(const redisReply& reply) const {
  if (!moved_ || reply.type != REDIS_REPLY_ERROR) return Redirection::none;
  return redirectionIn(textOf(reply));
}

larder_status Pipeline::statusOf(std::string_view error) const {
  if (moved_ && redirectionIn(error) != Redirection::none) return routeAgain;
  return statusOfError(error);
}

void Pipeline::giveUpNext(std::string_view reason) {
  if (underWay_.empty()) return;
  const Slot& slot = underWay_.front();
  if (slot.request == requests_.end() || slot.request->op == nullptr) return;
  operations_.complete(*slot.request, LARDER_UNKNOWN_RESULT, reason);
}

void Pipeline::acceptOperation(const Slot& slot, Reply reply) {
  const auto verdict = slot.space != nullptr ? slot.space->verdict : Namespace::Verdict::holds;
  const bool stale = verdict == Namespace::Verdict::stale;
  if (stale && slot.request->op != nullptr && slot.request->redone < maxRedone) {
    slot.request->encoded = false;
    ++slot.request->redone;
    slot.space->again.push_back(slot.request);
    return;
  }
  if (!stale && lacksScript(*reply) && sendsScriptAgain(slot)) return;
  // The place is freed before the caller learns of the completion, because the caller may need it for its
  // next operation.
  Request& request = take(slot.request);
  if (request.op == nullptr) return;
  operations_.complete(request, readAnswer(request, slot.space, std::move(reply)));
}

// The request is in no list any more, so no other code could complete it: a failure here must be a result
// too.
larder_status Pipeline::readAnswer(const Request& request, const Namespace* space, Reply reply) noexcept try {
  const auto verdict = space != nullptr ? space->verdict : Namespace::Verdict::holds;
  switch (verdict) {
    case Namespace::Verdict::stale:
      return plugin::fail(*request.op, LARDER_UNAVAILABLE,
                          "the namespace is cleared faster than an operation takes");
    case Namespace::Verdict::unknown: return readUnverified(*request.op, *space, *reply);
    case Namespace::Verdict::holds: break;
  }
  if (request.op->opcode != rawCommands && redirectionOf(*reply) != Redirection::none)
    return plugin::fail(*request.op, routeAgain, publicText(textOf(*reply)));
  const std::string_view keyStart = space != nullptr ? space->currentEntryStart : std::string_view();
  return readReply(*request.op, std::move(reply), request.version, keyStart);
} catch (const std::bad_alloc&) {
  return LARDER_NO_MEMORY;
}

// The server has lost its scripts, by SCRIPT FLUSH or a restart behind a proxy, so nothing was done. The
// operation is sent again with the script's text, unless it could then overtake, or be overtaken by, other
// operations on its key. In that case its caller learns that nothing was done.
bool Pipeline::sendsScriptAgain(const Slot& slot) {
  scripts_.forget();
  const larder_op* const op = slot.request->op;
  if (op == nullptr || (slot.space != nullptr && slot.space->blocked)) return false;
  const auto follows = [op](const Slot& later) {
    return later.purpose == Purpose::operation && later.request->op != nullptr &&
           concernTheSameKey(*later.request->op, *op);
  };
  if (std::any_of(underWay_.begin(), underWay_.end(), follows)) return false;
  slot.request->encoded = false;
  queue_.push_front(slot.request);
  return true;
}

// The command may have been executed, but it is unknown whether on live entries.
larder_status Pipeline::readUnverified(larder_op& op, const Namespace& space, const redisReply& reply) const {
  if (reply.type == REDIS_REPLY_ERROR)
    return plugin::fail(op, statusOf(textOf(reply)), "redis answered " + publicText(textOf(reply)));
  return plugin::fail(op, changesTheStore(op) ? LARDER_UNKNOWN_RESULT : space.failure, space.failureText);
}

void Pipeline::acceptCheck(Namespace& space, const redisReply& reply) {
  const auto found = generationIn(reply);
  const bool missing = reply.type == REDIS_REPLY_NIL;
  if (!found && !missing) {
    const bool error = reply.type == REDIS_REPLY_ERROR;
    space.verdict = Namespace::Verdict::unknown;
    space.failure = error ? statusOf(textOf(reply)) : LARDER_PROTOCOL;
    space.failureText = error ? "redis answered " + publicText(textOf(reply))
                              : "the namespace's generation in redis is damaged; clear the namespace";
    return;
  }
  const bool counts = found && isMarked(*found, serverMark_);
  if (counts && found == space.current) {
    space.verdict = Namespace::Verdict::holds;
    return;
  }
  space.verdict = Namespace::Verdict::stale;
  space.blocked = true;
  // A generation from another server may be older than a generation already seen here.
  space.successor = counts ? found : std::nullopt;
}

void Pipeline::acceptProposal(Namespace& space, const redisReply& reply) {
  if (reply.type != REDIS_REPLY_ERROR) return;
  space.failure = statusOf(textOf(reply));
  space.failureText = "redis answered " + publicText(textOf(reply));
}

void Pipeline::acceptLearned(Namespace& space, const redisReply& reply) {
  space.successor = generationIn(reply);
  if (space.successor) return;

  if (reply.type == REDIS_REPLY_ERROR) {
    acceptProposal(space, reply);
  } else if (space.failure == LARDER_OK) {
    space.failure = reply.type == REDIS_REPLY_NIL ? LARDER_UNAVAILABLE : LARDER_PROTOCOL;
    space.failureText =
        "the namespace's generation in redis is damaged or can't be kept; clear the namespace";
  }
  // There is only one attempt: failing the operations now is better than keeping them in the queue.
  // A clear needs no generation, but must not fall behind later operations that are routed again.
  const bool all = space.failure == routeAgain;
  for (const RequestRef request : space.held)
    if (request->op != nullptr && (all || request->op->opcode != LARDER_OP_CLEAR_NAMESPACE))
      operations_.complete(*request, space.failure, space.failureText);
}

void Pipeline::acceptClear(const Slot& slot, Reply reply) {
  if (reply->type == REDIS_REPLY_STATUS) slot.space->successor = slot.space->proposed;
  Request& request = take(slot.request);
  if (request.op != nullptr) operations_.complete(request, readAnswer(request, nullptr, std::move(reply)));
}

void Pipeline::settle(Namespace& space) {
  if (--space.underWay > 0 || !space.blocked) return;
  space.blocked = false;
  space.adopt(space.successor);
  // These go to the front because the queued requests arrived later.
  queue_.insert(queue_.begin(), space.held.begin(), space.held.end());
  queue_.insert(queue_.begin(), space.again.begin(), space.again.end());
  space.held.clear();
  space.again.clear();
}

}  // namespace larder::redis
