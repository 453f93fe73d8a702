// SPDX-License-Identifier: Apache-2.0
#include "io_loop.hpp"

#include <poll.h>

#include <algorithm>
#include <larder/async/nanoseconds.hpp>
#include <new>
#include <string>
#include <utility>

namespace larder::redis {
namespace {

std::unique_ptr<SentinelWatch> watchOver(const Options& options, SentinelWatch::Told told) {
  return options.url.sentinels.empty() ? nullptr : std::make_unique<SentinelWatch>(options, std::move(told));
}

Pipeline::Moved movedTo(NodeEvents* cluster) {
  if (cluster == nullptr) return {};
  return [cluster](std::string_view error) { cluster->moved(error); };
}

std::unique_ptr<AskDetours> detoursOf(NodeEvents* cluster, plugin::Inbox& inbox) {
  return cluster != nullptr ? std::make_unique<AskDetours>(*cluster, inbox) : nullptr;
}

}  // namespace

// An operation without a deadline ends after the sum of the timeouts that it can run into.
IoLoop::IoLoop(plugin::Host host, const Options& options, NodeEvents* cluster)
    : timeout_(options.timeout),
      inbox_(options.maxPending, options.maxPendingBytes, counters_),
      link_(host, options, cluster != nullptr ? Link::Announcing::no : Link::Announcing::yes),
      operations_(inbox_, counters_, options.maxPending, options.connectTimeout + 2 * options.timeout,
                  host.monotonicNs()),
      pipeline_(options.keyPrefix, host.random64(), plugin::nanoseconds(options.timeout), operations_,
                movedTo(cluster)),
      cluster_(cluster),
      detours_(detoursOf(cluster, inbox_)),
      watch_(watchOver(options, [this](const HostPort& master) { tellMaster(master); })),
      loop_(host, inbox_, *this, "larder-redis") {}

void IoLoop::tellMaster(const HostPort& master) {
  {
    const std::lock_guard lock(mutex_);
    master_ = master;
  }
  inbox_.callThread();
}

void IoLoop::attend(std::uint64_t now) {
  if (watch_ != nullptr) {
    std::unique_lock lock(mutex_);
    const auto master = std::exchange(master_, std::nullopt);
    lock.unlock();
    if (master) moveTo(*master, now);
  }
  if (detours_ != nullptr && detours_->size() > 0 && link_.isReady()) acceptReplies(now);
  // Operations may have arrived while the link was giving up.
  const Availability& availability = link_.availability();
  if (availability.status != LARDER_OK) pipeline_.completeAll(availability.status, availability.reason);
}

// A master that the sentinels have replaced may continue to accept writes, which will be lost.
void IoLoop::moveTo(const HostPort& master, std::uint64_t now) {
  if (link_.isReady() && link_.server() != master) {
    counters_.refusals.fetch_add(1, std::memory_order_relaxed);
    drop(now, "the sentinels name another master", LARDER_HEALTH_DEGRADED);
  }
  link_.moveTo(now, master);
}

void IoLoop::transmit(std::uint64_t now) {
  if (!link_.isReady()) return;
  authenticateAgain(now);
  Connection& connection = link_.connection();
  if (connection.allSent()) pipeline_.encode(connection, now);
  if (connection.allSent()) return;
  const std::uint64_t before = connection.totalSent();
  if (!connection.send()) return drop(now, std::string(connection.failure()));
  if (connection.totalSent() > before) pipeline_.noteSent(before, now);
}

// Sends a changed password from auth_file over the existing connection.
void IoLoop::authenticateAgain(std::uint64_t now) {
  if (link_.credentialsChanged(now)) pipeline_.authenticate(link_.credentials());
}

std::uint64_t IoLoop::wakeNs() const {
  // One flush does not hold everything; poll reports when the socket accepts more.
  const bool blocked = (link_.events() & POLLOUT) != 0;
  if (link_.isReady() && pipeline_.hasQueued() && !blocked) return 0;
  return std::min(pipeline_.wakeNs(), link_.wakeNs());
}

void IoLoop::handle(std::uint64_t now, short events) {
  if (link_.isReady())
    receive(now, events);
  else
    advanceLink(now, events);
  pipeline_.expire(now);
}

void IoLoop::advanceLink(std::uint64_t now, short events) {
  const Availability before = link_.availability();
  link_.advance(now, events);
  if (link_.isReady()) {
    counters_.connections.fetch_add(1, std::memory_order_relaxed);
    pipeline_.setServerMark(link_.serverMark());
  }
  const Availability& availability = link_.availability();
  if (availability != before) inbox_.setAvailability(availability.status, availability.reason);
  link_.announce();
  if (link_.isReady() || availability != before) tellCluster();
  if (availability == before) return;
  if (availability.status != LARDER_OK) pipeline_.completeAll(availability.status, availability.reason);
}

void IoLoop::receive(std::uint64_t now, short events) {
  if ((events & ~POLLOUT) != 0) {
    Connection& connection = link_.connection();
    const auto received = connection.receive();
    if (received == Connection::Received::failed) return drop(now, std::string(connection.failure()));
    if (received == Connection::Received::bytes) {
      pipeline_.noteReceived(now);
      acceptReplies(now);
    }
  }
  // Checked after reading the socket: if this process was suspended for a while, the replies are waiting
  // there.
  if (link_.isReady() && pipeline_.stalled(now))
    drop(now, "no answer for " + std::to_string(timeout_.count()) + " ms");
}

void IoLoop::acceptReplies(std::uint64_t now) {
  Connection& connection = link_.connection();
  constexpr std::string_view stray = "an answer that belongs to no command";
  if (!acceptDetoured(now)) return drop(now, stray);
  Reply reply;
  while (true) {
    const auto parsed = connection.next(reply);
    if (parsed == Connection::Parsed::incomplete) break;
    if (parsed == Connection::Parsed::failed) return drop(now, std::string(connection.failure()));
    if (!acceptReply(now, std::move(reply))) return drop(now, stray);
  }
  const std::string refusedLogin = pipeline_.takeRefusedLogin();
  if (!refusedLogin.empty()) link_.warn("AUTH: redis answered " + refusedLogin + "; the former login stays");
  // Checked last because the replies after the refusal are still valid.
  const std::string refusal = pipeline_.takeRefusal();
  if (refusal.empty()) return;
  counters_.refusals.fetch_add(1, std::memory_order_relaxed);
  drop(now, "redis answered " + refusal, LARDER_HEALTH_DEGRADED);
}

// Returns false if the reply cannot belong to a command.
bool IoLoop::acceptReply(std::uint64_t now, Reply reply) {
  if (detours_ == nullptr) return pipeline_.accept(std::move(reply));
  if (detours_->size() >= pipeline_.inFlight()) return false;
  if (sendsElsewhere(now, *reply)) return true;
  if (detours_->size() == 0) return pipeline_.accept(std::move(reply));
  detours_->keep(std::move(reply));
  return true;
}

// Follows an ASK error. One that cannot be followed goes to the operation, which is then routed again.
bool IoLoop::sendsElsewhere(std::uint64_t now, const redisReply& reply) {
  if (reply.type != REDIS_REPLY_ERROR || redirectionIn(textOf(reply)) != Redirection::ask) return false;
  const auto redirect = readRedirect(textOf(reply), link_.server());
  std::string commands;
  appendCommand(commands, {"ASKING"});
  const auto isWrite = pipeline_.encodeAgain(detours_->size(), commands);
  if (!redirect || !isWrite) return false;
  detours_->send(redirect->node, std::move(commands), *isWrite, now + plugin::nanoseconds(timeout_));
  return true;
}

// Accepts the replies that wait for no other node. Returns false if one cannot belong to its command.
bool IoLoop::acceptDetoured(std::uint64_t now) {
  while (detours_ != nullptr) {
    auto answer = detours_->next();
    if (!answer) break;
    if (answer->unknown) pipeline_.giveUpNext("the node that the slot moves to did not answer");
    pipeline_.noteReceived(now);
    if (!pipeline_.accept(std::move(answer->reply))) return false;
  }
  return true;
}

void IoLoop::tellCluster() noexcept {
  if (cluster_ != nullptr) cluster_->linkChanged(link_.isReady(), link_.availability().reason);
}

// Also works without memory: the reason may then be lost, but no operation is.
void IoLoop::drop(std::uint64_t now, std::string_view reason, std::uint32_t health) noexcept {
  const std::uint64_t totalSent = link_.isReady() ? link_.connection().totalSent() : 0;
  try {
    link_.lose(now, reason, health);
    inbox_.setAvailability(link_.availability().status, link_.availability().reason);
    link_.announce();
  } catch (const std::bad_alloc&) {
    // The link is down nevertheless, and abandon() passes the reason to the operations.
  }
  if (detours_ != nullptr) detours_->forget();
  if (cluster_ != nullptr) cluster_->linkChanged(false, reason);
  pipeline_.abandon(totalSent, reason);
}

}  // namespace larder::redis
