// SPDX-License-Identifier: Apache-2.0
#include "change_feed.hpp"

#include <larder/async/nanoseconds.hpp>

#include <poll.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace larder::redis {
namespace {

constexpr std::string_view channel = "__redis__:invalidate";
constexpr std::uint64_t lossIntervalNs = 50 * plugin::nsPerMs;
// A connection can die without being closed; an unanswered PING reveals it.
constexpr std::uint64_t pingIntervalNs = 1'000 * plugin::nsPerMs;

bool isArray(const redisReply& reply, std::size_t elements) {
  return reply.type == REDIS_REPLY_ARRAY && static_cast<std::size_t>(reply.elements) == elements;
}

bool isString(const redisReply& reply, std::string_view text) {
  return reply.type == REDIS_REPLY_STRING && textOf(reply) == text;
}

}  // namespace

ChangeFeed::ChangeFeed(plugin::Host host, const Options& options, const Counters& counters,
                       const larder_invalidation_listener& listener)
    : host_(host),
      counters_(counters),
      listener_(listener),
      keyForm_(options.isClusterNode ? KeyForm::clusterPart : KeyForm::server),
      keyPrefix_(options.keyPrefix),
      endpoint_(options.url.endpoint()),
      timeoutNs_(plugin::nanoseconds(options.timeout)),
      link_(host, options, Link::Announcing::no),
      patience_(options.connectTimeout + options.timeout),
      thread_("larder-redis-ch", [this] { run(); }) {}

void ChangeFeed::awaitFirstAttempt() { firstAttempt_.get_future().wait_for(patience_); }

ChangeFeed::~ChangeFeed() {
  stopping_ = true;
  wakeUp_.ring();
  thread_.join();
}

void ChangeFeed::run() {
  while (!stopping_) {
    try {
      turn();
    } catch (const std::exception& fault) {
      giveUp(host_.monotonicNs(), fault.what());
    }
  }
}

void ChangeFeed::turn() {
  tellLossIfDeaf(host_.monotonicNs());
  const short events = wait(host_.monotonicNs());
  const std::uint64_t now = host_.monotonicNs();
  if (!link_.isReady()) return connect(now, events);
  receive(now, events);
  if (link_.isReady()) keepAlive(now);
}

// Returns the events on the link's descriptor.
short ChangeFeed::wait(std::uint64_t now) {
  const std::uint64_t due = isListening()     ? lastReceivedNs_ + pingIntervalNs
                            : link_.isReady() ? nextLossNs_
                                              : std::min(nextLossNs_, link_.wakeNs());
  const std::uint64_t left = due > now ? (due - now - 1) / plugin::nsPerMs + 1 : 0;
  const auto pause = static_cast<int>(std::min(left, pingIntervalNs / plugin::nsPerMs));
  std::array<pollfd, 2> watched{{{wakeUp_.fd(), POLLIN, 0}, {link_.fd(), link_.events(), 0}}};
  ::poll(watched.data(), watched.size(), isListening() ? std::max(pause, 1) : pause);
  return watched[1].revents;
}

void ChangeFeed::connect(std::uint64_t now, short events) {
  link_.advance(now, events);
  if (link_.isReady())
    begin(now);
  else if (link_.availability().status != LARDER_OK)
    settle();
}

void ChangeFeed::begin(std::uint64_t now) {
  step_ = Step::identify;
  lastReceivedNs_ = now;
  pingSentNs_ = 0;
  refusals_ = counters_.refusals.load(std::memory_order_relaxed);
  appendCommand(link_.connection().output(), {"CLIENT", "ID"});
}

void ChangeFeed::receive(std::uint64_t now, short events) {
  Connection& connection = link_.connection();
  if (!connection.send()) return giveUp(now, std::string(connection.failure()));
  if (events == 0) return;
  const auto received = connection.receive();
  if (received == Connection::Received::failed) return giveUp(now, std::string(connection.failure()));
  if (received == Connection::Received::nothing) return;
  lastReceivedNs_ = now;
  pingSentNs_ = 0;
  Reply reply;
  while (link_.isReady()) {
    const auto parsed = connection.next(reply);
    if (parsed == Connection::Parsed::incomplete) break;
    if (parsed == Connection::Parsed::failed) return giveUp(now, std::string(connection.failure()));
    accept(now, *reply);
  }
  if (link_.isReady() && !connection.send()) giveUp(now, std::string(connection.failure()));
}

void ChangeFeed::accept(std::uint64_t now, const redisReply& reply) {
  if (reply.type == REDIS_REPLY_ERROR) {
    const auto reason = "redis answered " + publicText(textOf(reply));
    if (!std::exchange(refusalLogged_, true))
      host_.warn(endpoint_ + ": can't tell what others change (CLIENT TRACKING wants Redis 6): " + reason);
    return giveUp(now, reason);
  }
  switch (step_) {
    case Step::identify: return track(reply);
    case Step::track:
      step_ = Step::subscribe;
      return appendCommand(link_.connection().output(), {"SUBSCRIBE", channel});
    case Step::subscribe:
      step_ = Step::listening;
      // Redis reports changes from here on, but none of the earlier ones.
      listener_.lost(listener_.user);
      return settle();
    case Step::listening: return acceptMessage(reply);
  }
}

void ChangeFeed::track(const redisReply& identity) {
  step_ = Step::track;
  const auto self = std::to_string(identity.integer);
  std::string& output = link_.connection().output();
  if (keyPrefix_.empty())
    appendCommand(output, {"CLIENT", "TRACKING", "ON", "REDIRECT", self, "BCAST"});
  else
    appendCommand(output, {"CLIENT", "TRACKING", "ON", "REDIRECT", self, "BCAST", "PREFIX", keyPrefix_});
}

// A message is ["message", channel, [key, ...]], with nil instead of the keys after FLUSHALL. Any other reply
// answers a PING.
void ChangeFeed::acceptMessage(const redisReply& reply) {
  if (!isArray(reply, 3) || !isString(*reply.element[0], "message")) return;
  const redisReply& keys = *reply.element[2];
  if (keys.type != REDIS_REPLY_ARRAY) return listener_.lost(listener_.user);
  for (std::size_t i = 0; i < static_cast<std::size_t>(keys.elements); ++i)
    if (keys.element[i]->type == REDIS_REPLY_STRING) tell(textOf(*keys.element[i]));
}

void ChangeFeed::tell(std::string_view storedKey) const {
  const auto name = readStoredKey(keyForm_, keyPrefix_, storedKey);
  if (!name) return;
  if (name->key)
    listener_.changed(listener_.user, plugin::bytes(name->nameSpace), plugin::bytes(*name->key));
  else
    listener_.cleared(listener_.user, plugin::bytes(name->nameSpace));
}

void ChangeFeed::keepAlive(std::uint64_t now) {
  const std::uint64_t silent = now - std::min(now, lastReceivedNs_);
  if (counters_.refusals.load(std::memory_order_relaxed) != refusals_)
    return giveUp(now, "the server has become a replica");
  const bool waiting = pingSentNs_ != 0 || step_ != Step::listening;
  const std::uint64_t since = pingSentNs_ != 0 ? pingSentNs_ : lastReceivedNs_;
  if (waiting && now - std::min(now, since) >= timeoutNs_) return giveUp(now, "no answer to a PING");
  if (waiting || silent < pingIntervalNs) return;
  pingSentNs_ = now;
  appendCommand(link_.connection().output(), {"PING"});
  if (!link_.connection().send()) giveUp(now, std::string(link_.connection().failure()));
}

void ChangeFeed::tellLossIfDeaf(std::uint64_t now) {
  if (isListening() || now < nextLossNs_) return;
  nextLossNs_ = now + lossIntervalNs;
  listener_.lost(listener_.user);
}

void ChangeFeed::giveUp(std::uint64_t now, const std::string& reason) {
  if (link_.isReady()) link_.lose(now, reason);
  step_ = Step::identify;
  nextLossNs_ = 0;
  settle();
}

void ChangeFeed::settle() {
  if (!std::exchange(settled_, true)) firstAttempt_.set_value();
}

}  // namespace larder::redis
