// SPDX-License-Identifier: Apache-2.0
#include "io_loop.hpp"

#include "nanoseconds.hpp"
#include "worker_thread.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <utility>

namespace larder::redis {
namespace {

// An operation that comes without a deadline ends after the time-outs that it can run into one by one.
Pipeline::Limits limitsOf(const Options& options) {
  return {nanoseconds(options.timeout), nanoseconds(options.connectTimeout + 2 * options.timeout)};
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
      thread_(startThread("larder-redis", [this] { run(); })) {}

IoLoop::~IoLoop() {
  inbox_.stop();
  thread_.join();
}

void IoLoop::run() {
  while (turn()) {
  }
  pipeline_.completeAll(LARDER_CLOSED, "the backend is closed");
}

// One turn: take what callers want, send, wait, receive. Memory may run out anywhere in it; then the
// connection, and with it everything half done, is given up, and every operation still gets its answer.
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

// Nothing is due for an empty pipeline on a connection that stands, so there is nothing to wake up for.
void IoLoop::standByForCallers() {
  if (link_.isReady() && pipeline_.isEmpty()) inbox_.standBy();
}

void IoLoop::driveUntil(const Waiter& waiter) noexcept {
  try {
    while (turnOfCaller(waiter)) {
    }
  } catch (const std::exception& fault) {
    drop(host_.monotonicNs(), fault.what());
  }
  inbox_.leave(!link_.isReady() || !waiter.isDone());
}

// False: the caller has its answer, or the connection must be reestablished, or another operation arrived.
bool IoLoop::turnOfCaller(const Waiter& waiter) {
  const auto batch = inbox_.takeIfAlone();
  if (!batch) return false;
  const std::uint64_t now = host_.monotonicNs();
  pipeline_.admit(batch->arrivals, now);
  transmit(now);
  // Done already if there was no memory for it.
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
  // Arrived while the link was given up.
  const Availability& availability = link_.availability();
  if (availability.status != LARDER_OK) pipeline_.completeAll(availability.status, availability.reason);
}

// A master that the sentinels have given up may go on and take writes that will be lost.
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

// A changed auth_file reaches the server on the connection that is there.
void IoLoop::authenticateAgain(std::uint64_t now) {
  if (link_.credentialsChanged(now)) pipeline_.authenticate(link_.credentials());
}

// Answers the events on the link's descriptor.
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
    // More to send than one flush; poll says when the socket takes it.
    const bool blocked = (link_.events() & POLLOUT) != 0;
    if (!blocked) return 0;
  }
  const std::uint64_t due = std::min(pipeline_.wakeNs(), link_.wakeNs());
  const std::uint64_t now = host_.monotonicNs();
  if (due <= now) return 0;
  return static_cast<int>(std::min((due - now - 1) / nsPerMs + 1, longestMs));
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
  // After the look at the socket: if this process was stopped for a while, the answers lie there.
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
  // The answers behind the refusal were of use all the same.
  const std::string refusal = pipeline_.takeRefusal();
  if (refusal.empty()) return;
  counters_.refusals.fetch_add(1, std::memory_order_relaxed);
  drop(now, "redis answered " + refusal, LARDER_HEALTH_DEGRADED);
}

// Also for when memory has run out: then the reason may get lost, but no operation.
void IoLoop::drop(std::uint64_t now, std::string_view reason, std::uint32_t health) noexcept {
  const std::uint64_t totalSent = link_.isReady() ? link_.connection().totalSent() : 0;
  try {
    link_.lose(now, reason, health);
    inbox_.setAvailability(link_.availability().status, link_.availability().reason);
    link_.announce();
  } catch (const std::bad_alloc&) {
    // The link is down all the same, and the operations hear why.
  }
  pipeline_.abandon(totalSent, reason);
}

}  // namespace larder::redis
