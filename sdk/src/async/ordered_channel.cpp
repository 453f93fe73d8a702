// SPDX-License-Identifier: Apache-2.0
#include "async/ordered_channel.hpp"

#include <larder/async/nanoseconds.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <new>
#include <system_error>
#include <utility>

namespace larder::plugin {
namespace {

// A flush ends after the command that reaches this size, so that neither the memory in use nor the time until
// the next receive grows with the queue.
constexpr std::size_t flushSize = std::size_t{256} << 10;

// Commands of earlier operations that are kept to be used again.
constexpr std::size_t keptCommands = 1'024;

// Buffers that a large value has stretched beyond this are freed.
constexpr std::size_t keptCapacity = std::size_t{4} << 20;

bool isForNow(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

std::string textOfSocketError(const char* what, int error) {
  return std::string(what) + ": " + std::generic_category().message(error);
}

}  // namespace

OrderedChannel::OrderedChannel(Host host, Protocol& protocol, const AsyncBackend::Options& options,
                               std::string name, Inbox& inbox, OperationCounters& counters)
    : host_(host),
      protocol_(protocol),
      options_(options),
      name_(std::move(name)),
      inbox_(inbox),
      counters_(counters),
      // An operation without a deadline ends after the sum of the timeouts that it can run into.
      operations_(inbox, counters, options.pendingOperations, options.connectTimeout + 2 * options.timeout,
                  host.monotonicNs()),
      backOff_(host.random64()),
      connector_(options.server) {}

// ---- Operations that arrive and end ----

void OrderedChannel::admit(const std::vector<Arrival>& arrivals, std::uint64_t now) noexcept {
  for (const Arrival& arrival : arrivals) {
    if (arrival.cancel)
      operations_.cancel(arrival.op);
    else
      enqueue(arrival, now);
  }
}

void OrderedChannel::enqueue(const Arrival& arrival, std::uint64_t now) noexcept {
  try {
    if (spare_.empty()) spare_.emplace_front();
  } catch (const std::bad_alloc&) {
    return operations_.refuse(arrival, LARDER_NO_MEMORY, "out of memory");
  }
  queue_.splice(queue_.end(), spare_, spare_.begin());
  Command& command = queue_.back();
  command.opcode = arrival.op->opcode;
  command.changes = changesTheStore(*arrival.op);
  operations_.begin(command, arrival, now);
}

// Operations may have arrived while the connection was given up.
void OrderedChannel::attend(std::uint64_t /*now*/) {
  if (unavailable_ != LARDER_OK) completeAll(unavailable_, reason_);
}

void OrderedChannel::completeAll(larder_status status, std::string_view reason) noexcept {
  complete(queue_, status, reason);
  for (Command& command : inFlight_)
    if (command.op != nullptr) operations_.complete(command, status, reason);
}

// Takes all of `commands` out and completes them.
void OrderedChannel::complete(Commands& commands, larder_status status, std::string_view reason) noexcept {
  Commands taken;
  taken.swap(commands);
  for (Command& command : taken) {
    operations_.freePlace(command);
    if (command.op != nullptr) operations_.complete(command, status, reason);
  }
}

// The connection is gone: nothing is in flight any more. Operations that were not sent end with `status`.
void OrderedChannel::abandon(larder_status status, std::string_view reason) noexcept {
  Commands taken;
  taken.swap(inFlight_);
  for (Command& command : taken) {
    operations_.freePlace(command);
    if (command.op == nullptr) continue;
    const bool mayHaveHappened = command.changes && command.begin < totalSent_;
    operations_.complete(command, mayHaveHappened ? LARDER_UNKNOWN_RESULT : LARDER_UNAVAILABLE, reason);
  }
  complete(queue_, status, reason);
}

// ---- Connecting ----

void OrderedChannel::handle(std::uint64_t now, short events) {
  if (step_ != Step::ready)
    advance(now, events);
  else if ((events & ~POLLOUT) != 0)
    receive(now);
  // Checked after reading the socket: if this process was suspended for a while, the replies are waiting
  // there.
  if (step_ == Step::ready && now >= stallNs())
    lose(now, "no answer for " + std::to_string(options_.timeout.count()) + " ms");
  operations_.expire(now, [this](const PendingOperation&) {
    return step_ == Step::ready ? "no answer from the server in time" : "no connection to the server in time";
  });
}

void OrderedChannel::advance(std::uint64_t now, short events) {
  if (step_ == Step::connecting) return settle(now, connector_.advance(now, events));
  if (step_ == Step::greeting && events != 0) return readGreeting(now);
  if (now < stepEndsNs_) return;
  if (step_ == Step::greeting) return refuse(now, LARDER_UNAVAILABLE, "no answer within the connect_timeout");
  step_ = Step::connecting;
  stepEndsNs_ = now + nanoseconds(options_.connectTimeout);
  settle(now, connector_.begin(now, stepEndsNs_));
}

void OrderedChannel::settle(std::uint64_t now, Connector::State state) {
  if (state == Connector::State::failed) refuse(now, LARDER_UNAVAILABLE, connector_.failure());
  if (state == Connector::State::connected) greet(now);
}

void OrderedChannel::greet(std::uint64_t now) {
  socket_ = connector_.take();
  step_ = Step::greeting;
  protocol_.greet(output_);
  if (output_.empty()) return becomeReady(now);
  send(now);
}

void OrderedChannel::readGreeting(std::uint64_t now) {
  if (!allSent() && !send(now)) return;
  receive(now);
  if (step_ != Step::greeting || input_.empty()) return;
  try {
    parsed_ = protocol_.acceptGreeting(input_);
  } catch (const Refusal& refusal) {
    return refuse(now, refusal.status(), refusal.what());
  } catch (const ProtocolError& error) {
    return refuse(now, LARDER_UNAVAILABLE, error.what());
  }
  if (parsed_ > 0) becomeReady(now);
}

void OrderedChannel::becomeReady(std::uint64_t now) {
  step_ = Step::ready;
  readySinceNs_ = now;
  counters_.connections.fetch_add(1, std::memory_order_relaxed);
  unavailable_ = LARDER_OK;
  inbox_.setAvailability(LARDER_OK, {});
  announce(LARDER_HEALTH_UP, "connected");
  acceptReplies(now);
}

// The attempt has failed: until one succeeds, operations fail at once.
void OrderedChannel::refuse(std::uint64_t now, larder_status status, std::string_view reason) {
  pause(now, nanoseconds(backOff_.next()));
  unavailable_ = status;
  reason_ = options_.server.text() + ": ";
  reason_ += reason;
  inbox_.setAvailability(status, reason_);
  abandon(status, reason_);
  announce(LARDER_HEALTH_DOWN, reason);
}

// A connection that served for a while is replaced at once, and operations are accepted meanwhile: that
// usually succeeds.
void OrderedChannel::lose(std::uint64_t now, std::string_view reason) {
  constexpr std::uint64_t settledNs = 2'000'000'000;
  if (step_ != Step::ready || now - readySinceNs_ < settledNs) return refuse(now, LARDER_UNAVAILABLE, reason);
  backOff_.reset();
  pause(now, 0);
  abandon(LARDER_UNAVAILABLE, reason);
  announce(LARDER_HEALTH_DOWN, reason);
}

void OrderedChannel::fail(std::uint64_t now, std::string_view reason) noexcept {
  try {
    lose(now, reason);
  } catch (const std::exception&) {
    // There is no memory for the reason. The connection is gone nevertheless, and nothing is pending.
    pause(now, nanoseconds(backOff_.next()));
    abandon(LARDER_UNAVAILABLE, reason);
  }
}

void OrderedChannel::pause(std::uint64_t now, std::uint64_t lengthNs) noexcept {
  step_ = Step::pausing;
  stepEndsNs_ = now + lengthNs;
  socket_ = FileDescriptor();
  output_.clear();
  input_.clear();
  sent_ = parsed_ = needed_ = 0;
}

void OrderedChannel::announce(std::uint32_t health, std::string_view reason) {
  if (announced_ == health) return;
  announced_ = health;
  const bool up = health == LARDER_HEALTH_UP;
  std::string text = name_ + " " + options_.server.text() + ": ";
  text += reason;
  host_.log(up ? LARDER_LOG_INFO : LARDER_LOG_WARNING, text + (up ? "" : "; retrying until it succeeds"));
  host_.reportHealth(health, reason);
}

// ---- Sending and receiving ----

int OrderedChannel::fd() const {
  if (step_ == Step::connecting) return connector_.fd();
  return step_ == Step::pausing ? -1 : socket_.get();
}

short OrderedChannel::events() const {
  if (step_ == Step::connecting) return connector_.events();
  return static_cast<short>(allSent() ? POLLIN : POLLIN | POLLOUT);
}

std::uint64_t OrderedChannel::stallNs() const {
  return inFlight_.empty() ? PendingOperations::never : waitingSinceNs_ + nanoseconds(options_.timeout);
}

std::uint64_t OrderedChannel::wakeNs() const {
  // One flush does not hold everything.
  if (step_ == Step::ready && mayFlush()) return 0;
  const std::uint64_t step = step_ == Step::ready        ? stallNs()
                             : step_ == Step::connecting ? connector_.wakeNs()
                                                         : stepEndsNs_;
  return std::min(step, operations_.wakeNs());
}

void OrderedChannel::transmit(std::uint64_t now) {
  if (step_ != Step::ready) return;
  if (mayFlush()) encode(now);
  if (!allSent()) send(now);
}

void OrderedChannel::encode(std::uint64_t now) {
  if (inFlight_.empty()) waitingSinceNs_ = now;
  while (!queue_.empty() && output_.size() < flushSize) {
    Command& command = queue_.front();
    if (command.op != nullptr) encode(command);
    if (command.op != nullptr) {
      inFlight_.splice(inFlight_.end(), queue_, queue_.begin());
      continue;
    }
    operations_.freePlace(command);
    spare_.splice(spare_.begin(), queue_, queue_.begin());
  }
}

// An operation that cannot be encoded fails, and nothing of it is sent.
void OrderedChannel::encode(Command& command) {
  const std::size_t before = output_.size();
  command.begin = totalSent_ + before - sent_;
  try {
    return protocol_.encode(*command.op, output_);
  } catch (const std::bad_alloc&) {
    operations_.complete(command, LARDER_NO_MEMORY, "out of memory");
  } catch (const std::exception& fault) {
    operations_.complete(command, LARDER_INTERNAL, fault.what());
  }
  output_.resize(before);
}

// Returns false if the connection is lost.
bool OrderedChannel::send(std::uint64_t now) {
  while (!allSent()) {
    const ssize_t size =
        ::send(socket_.get(), output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0 && isForNow(errno)) return true;
    if (size < 0) {
      lose(now, textOfSocketError("send", errno));
      return false;
    }
    // Only while the server is still receiving the command that it answers next. Later commands may fill the
    // system's buffers for a long time while the server makes no progress at all.
    if (!inFlight_.empty() && inFlight_.front().begin >= totalSent_) waitingSinceNs_ = now;
    sent_ += static_cast<std::size_t>(size);
    totalSent_ += static_cast<std::uint64_t>(size);
  }
  if (output_.capacity() > keptCapacity) output_ = std::string();
  output_.clear();
  sent_ = 0;
  return true;
}

// Reads up to a limit, so that a fast server cannot keep the thread.
void OrderedChannel::receive(std::uint64_t now) {
  constexpr int rounds = 16;
  std::array<char, std::size_t{64} << 10> buffer;
  for (int round = 0; round < rounds; ++round) {
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    const int error = errno;
    // The bytes that preceded the end of the stream count; the next turn sees the end again.
    if (size <= 0 && round > 0) break;
    if (size < 0 && isForNow(error)) return;
    if (size <= 0)
      return lose(now, size == 0 ? "the server closed the connection" : textOfSocketError("receive", error));
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    waitingSinceNs_ = now;
    if (static_cast<std::size_t>(size) < buffer.size()) break;
  }
  if (step_ == Step::ready) acceptReplies(now);
}

void OrderedChannel::acceptReplies(std::uint64_t now) {
  try {
    while (parsed_ < input_.size()) {
      if (inFlight_.empty()) return lose(now, "the server sent what nothing asked for");
      const std::string_view rest = std::string_view(input_).substr(parsed_);
      if (rest.size() < needed_) break;
      const std::size_t size = protocol_.measure(inFlight_.front().opcode, rest);
      needed_ = size > rest.size() ? size : 0;
      if (std::max(size, size == 0 ? rest.size() : 0) > options_.longestReply)
        return lose(now, "the server sent a reply that is too long");
      if (size == 0 || needed_ > 0) break;
      parsed_ += size;
      Commands answered;
      answered.splice(answered.end(), inFlight_, inFlight_.begin());
      accept(answered, rest.substr(0, size));
    }
  } catch (const ProtocolError& error) {
    return lose(now, error.what());
  }
  if (parsed_ < input_.size() && parsed_ < flushSize) return;
  input_.erase(0, std::exchange(parsed_, 0));
  if (input_.capacity() > keptCapacity && input_.empty()) input_ = std::string();
}

// The place is freed before the caller learns of the completion, because it may need it for its next
// operation.
void OrderedChannel::accept(Commands& answered, std::string_view reply) {
  Command& command = answered.front();
  operations_.freePlace(command);
  if (command.op != nullptr) {
    larder_status status = LARDER_INTERNAL;
    try {
      status = protocol_.accept(*command.op, reply);
    } catch (const std::bad_alloc&) {
      status = LARDER_NO_MEMORY;
    } catch (const std::exception& fault) {
      write(command.op->error, fault.what());
    }
    operations_.complete(command, status);
  }
  if (spare_.size() < keptCommands) spare_.splice(spare_.begin(), answered);
}

}  // namespace larder::plugin
