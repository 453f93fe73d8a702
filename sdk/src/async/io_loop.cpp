// SPDX-License-Identifier: Apache-2.0
#include <larder/async/brief_yield.hpp>
#include <larder/async/io_loop.hpp>
#include <larder/async/nanoseconds.hpp>

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

namespace larder::plugin {
namespace {

bool anyCallerWaits(const std::vector<Arrival>& arrivals) {
  return std::any_of(arrivals.begin(), arrivals.end(),
                     [](const Arrival& arrival) { return arrival.waiter != nullptr; });
}

}  // namespace

IoLoop::IoLoop(Host host, Inbox& inbox, Channel& channel, const std::string& threadName)
    : host_(host), inbox_(inbox), channel_(channel), thread_(threadName, [this] { run(); }) {}

IoLoop::~IoLoop() { inbox_.stop(); }

larder_status IoLoop::admit(larder_op& op, std::uint64_t now) {
  if (op.deadline_ns != 0 && op.deadline_ns <= now)
    return plugin::fail(op, LARDER_DEADLINE, "the deadline had passed before the server was asked");
  if (op.complete == nullptr && isCurrent())
    return plugin::fail(op, LARDER_INVALID, "a completion cannot wait for another operation");
  return inbox_.admit(op);
}

void IoLoop::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  Waiter waiter;
  bool accepted = false;
  bool waits = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (results[i] != LARDER_PENDING) continue;
    accepted = true;
    if (ops[i]->complete != nullptr) continue;
    waiter.expect();
    waits = true;
  }
  // From here on the operations belong to the driver, and may be freed at any moment.
  if (accepted && inbox_.post(ops, count, results, waiter)) driveUntil(waiter);
  if (waits) waiter.wait();
}

larder_status IoLoop::drain(std::uint64_t deadlineNs) noexcept {
  inbox_.close();
  const std::uint64_t now = host_.monotonicNs();
  constexpr std::chrono::nanoseconds longest = std::chrono::hours(24);
  const std::chrono::nanoseconds patience(deadlineNs > now ? std::min(deadlineNs - now, nanoseconds(longest))
                                                           : 0);
  if (inbox_.awaitIdle(patience)) return LARDER_OK;

  inbox_.cut();
  // The thread waits for nothing but the host's completions, so this takes only moments.
  constexpr std::chrono::seconds moment{1};
  inbox_.awaitIdle(moment);
  return LARDER_DEADLINE;
}

void IoLoop::run() {
  while (turn()) {
  }
  channel_.completeAll(LARDER_CLOSED, "the backend is closed");
}

bool IoLoop::turn() {
  try {
    const std::uint64_t now = host_.monotonicNs();
    const Inbox::Batch batch = inbox_.take();
    channel_.admit(batch.arrivals, now);
    if (batch.orders.cut) channel_.completeAll(LARDER_CLOSED, "the backend was drained");
    if (batch.orders.stop) return false;
    channel_.attend(now);
    // Without operations on a connection there are no deadlines, so the thread has no reason to wake up.
    if (channel_.isReady() && channel_.isEmpty()) inbox_.standBy();
    channel_.transmit(now);
    const short events = wait();
    channel_.handle(host_.monotonicNs(), events);
    // Callers that have just received their replies run first, so that their next operations leave in one
    // batch. Otherwise each would wake this thread, and batches would remain small.
    if (anyCallerWaits(batch.arrivals)) yieldBriefly();
  } catch (const std::exception& fault) {
    channel_.fail(host_.monotonicNs(), fault.what());
  }
  return true;
}

void IoLoop::driveUntil(const Waiter& waiter) noexcept {
  try {
    while (turnOfCaller(waiter)) {
    }
  } catch (const std::exception& fault) {
    channel_.fail(host_.monotonicNs(), fault.what());
  }
  inbox_.leave(!channel_.isReady() || !waiter.isDone());
}

// Returns false if the caller has its answer, the connection must be made again, or another operation
// arrived.
bool IoLoop::turnOfCaller(const Waiter& waiter) {
  const auto batch = inbox_.takeIfAlone();
  if (!batch) return false;
  const std::uint64_t now = host_.monotonicNs();
  channel_.admit(batch->arrivals, now);
  channel_.transmit(now);
  // Running out of memory completes the operation at once.
  if (!channel_.isReady() || waiter.isDone()) return false;
  const short events = waitAsCaller();
  channel_.handle(host_.monotonicNs(), events);
  return channel_.isReady() && !waiter.isDone();
}

short IoLoop::waitAsCaller() {
  pollfd watched{channel_.fd(), channel_.events(), 0};
  return polling_.poll([&watched] { return ::poll(&watched, 1, 0) != 0; }) ? watched.revents : wait();
}

// Returns the events on the channel's descriptor.
short IoLoop::wait() {
  const int pause = inbox_.mayRest() ? pauseMs() : 0;
  std::array<pollfd, 2> watched{{{inbox_.wakeUp().fd(), POLLIN, 0}, {channel_.fd(), channel_.events(), 0}}};
  ::poll(watched.data(), watched.size(), pause);
  if (watched[0].revents != 0) inbox_.wakeUp().clear();
  return watched[1].revents;
}

int IoLoop::pauseMs() const {
  constexpr std::uint64_t longestMs = 60'000;
  const std::uint64_t due = channel_.wakeNs();
  const std::uint64_t now = host_.monotonicNs();
  if (due <= now) return 0;
  return static_cast<int>(std::min((due - now - 1) / nsPerMs + 1, longestMs));
}

}  // namespace larder::plugin
