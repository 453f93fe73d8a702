// SPDX-License-Identifier: Apache-2.0
#include "io_loop.hpp"

#include <larder/async/nanoseconds.hpp>

#include <poll.h>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <utility>

namespace larder::redis {
namespace {

// An operation without a deadline ends after the sum of the timeouts that it can run into.
Pipeline::Limits limitsOf(const Options& options) {
  return {plugin::nanoseconds(options.timeout),
          plugin::nanoseconds(options.connectTimeout + 2 * options.timeout)};
}

std::unique_ptr<SentinelWatch> watchOver(const Options& options, Inbox& inbox) {
  if (options.url.sentinels.empty()) return nullptr;
  return std::make_unique<SentinelWatch>(options,
                                         [&inbox](const HostPort& master) { inbox.tellMaster(master); });
}

}  // namespace

IoLoop::IoLoop(plugin::Host host, const Options& options)
    : host_(host),
      timeout_(options.timeout),
      inbox_(options.maxPending, counters_),
      link_(host, options),
      pipeline_(options.keyPrefix, host.random64(), limitsOf(options), counters_),
      watch_(watchOver(options, inbox_)),
      thread_("larder-redis", [this] { run(); }) {}

IoLoop::~IoLoop() { inbox_.stop(); }

void IoLoop::run() {
  while (turn()) {
  }
  pipeline_.completeAll(LARDER_CLOSED, "the backend is closed");
}

// Runs one turn: take arrivals, send, wait, receive. Memory may run out at any point. The turn then drops the
// connection, with all half-done work, and still completes every operation.
bool IoLoop::turn() {
  try {
    const std::uint64_t now = host_.monotonicNs();
    const Inbox::Batch batch = inbox_.take();
    pipeline_.admit(batch.arrivals, now);
    takeOrders(batch.orders, now);
    if (batch.orders.stop) return false;
    standByForCallers();
    transmit(now);
    const short events = wait();
    const std::uint64_t later = host_.monotonicNs();
    if (link_.isReady())
      receive(later, events);
    else
      advanceLink(later, events);
    pipeline_.expire(later);
  } catch (const std::exception& fault) {
    drop(host_.monotonicNs(), fault.what());
  }
  return true;
}

// An empty pipeline on a ready connection has no deadlines, so the thread has no reason to wake up.
void IoLoop::standByForCallers() {
  if (link_.isReady() && pipeline_.isEmpty()) inbox_.standBy();
}

void IoLoop::driveUntil(const plugin::Waiter& waiter) noexcept {
  try {
    while (turnOfCaller(waiter)) {
    }
  } catch (const std::exception& fault) {
    drop(host_.monotonicNs(), fault.what());
  }
  inbox_.leave(!link_.isReady() || !waiter.isDone());
}

// Returns false if the caller has its answer, the connection must be reestablished, or another operation
// arrived.
bool IoLoop::turnOfCaller(const plugin::Waiter& waiter) {
  const auto batch = inbox_.takeIfAlone();
  if (!batch) return false;
  const std::uint64_t now = host_.monotonicNs();
  pipeline_.admit(batch->arrivals, now);
  transmit(now);
  // Running out of memory completes the operation at once.
  if (!link_.isReady() || waiter.isDone()) return false;
  const short events = wait();
  const std::uint64_t later = host_.monotonicNs();
  receive(later, events);
  pipeline_.expire(later);
  return link_.isReady() && !waiter.isDone();
}

void IoLoop::takeOrders(const Inbox::Orders& orders, std::uint64_t now) {
  if (orders.master) moveTo(*orders.master, now);
  if (orders.cut) pipeline_.completeAll(LARDER_CLOSED, "the backend was drained");
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

// Returns the events on the link's descriptor.
short IoLoop::wait() {
  const int pause = inbox_.mayRest() ? pauseMs() : 0;
  std::array<pollfd, 2> watched{{{inbox_.wakeUp().fd(), POLLIN, 0}, {link_.fd(), link_.events(), 0}}};
  ::poll(watched.data(), watched.size(), pause);
  if (watched[0].revents != 0) inbox_.wakeUp().clear();
  return watched[1].revents;
}

int IoLoop::pauseMs() const {
  constexpr std::uint64_t longestMs = 60'000;
  if (link_.isReady() && pipeline_.hasQueued()) {
    // One flush does not hold everything; poll reports when the socket accepts more.
    const bool blocked = (link_.events() & POLLOUT) != 0;
    if (!blocked) return 0;
  }
  const std::uint64_t due = std::min(pipeline_.wakeNs(), link_.wakeNs());
  const std::uint64_t now = host_.monotonicNs();
  if (due <= now) return 0;
  return static_cast<int>(std::min((due - now - 1) / plugin::nsPerMs + 1, longestMs));
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
  Reply reply;
  while (true) {
    const auto parsed = connection.next(reply);
    if (parsed == Connection::Parsed::incomplete) break;
    if (parsed == Connection::Parsed::failed) return drop(now, std::string(connection.failure()));
    if (!pipeline_.accept(std::move(reply))) return drop(now, "an answer that belongs to no command");
  }
  const std::string refusedLogin = pipeline_.takeRefusedLogin();
  if (!refusedLogin.empty()) link_.warn("AUTH: redis answered " + refusedLogin + "; the former login stays");
  // Checked last because the replies after the refusal are still valid.
  const std::string refusal = pipeline_.takeRefusal();
  if (refusal.empty()) return;
  counters_.refusals.fetch_add(1, std::memory_order_relaxed);
  drop(now, "redis answered " + refusal, LARDER_HEALTH_DEGRADED);
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
  pipeline_.abandon(totalSent, reason);
}

}  // namespace larder::redis
