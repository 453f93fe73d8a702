// SPDX-License-Identifier: Apache-2.0
#include "sentinels.hpp"

#include "command.hpp"

#include <larder/async/address.hpp>
#include <larder/async/resolver.hpp>

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace larder::redis {
namespace {

using Clock = std::chrono::steady_clock;

std::runtime_error failureOf(const std::string& sentinel, const std::string& why) {
  return std::runtime_error("sentinel " + sentinel + ": " + why);
}

// Returns a connecting socket. The first send reveals whether the connection succeeded.
plugin::FileDescriptor startConnecting(const HostPort& sentinel) {
  const plugin::Resolution found = plugin::Resolver::lookUp(sentinel);
  std::string failure = found.failure;
  for (const plugin::Address& address : found.addresses) {
    plugin::FileDescriptor socket = plugin::startConnecting(address, failure);
    if (socket.isOpen()) return socket;
  }
  throw failureOf(sentinel.text(), failure);
}

template <class Number>
Number numberIn(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

struct KnownMaster {
  HostPort address;
  std::uint64_t epoch = 0;  // of the failover that made this server the master
};

// Parses a list of alternating names and values.
KnownMaster readMaster(const redisReply& reply) {
  KnownMaster master;
  const auto size = reply.type == REDIS_REPLY_ARRAY ? static_cast<std::size_t>(reply.elements) : 0;
  for (std::size_t i = 0; i + 1 < size; i += 2) {
    const std::string_view name = textOf(*reply.element[i]);
    const std::string_view value = textOf(*reply.element[i + 1]);
    if (name == "ip") master.address.host = value;
    if (name == "port") master.address.port = numberIn<std::uint16_t>(value);
    if (name == "config-epoch") master.epoch = numberIn<std::uint64_t>(value);
  }
  return master;
}

// Asks all sentinels and collects their replies.
class Inquiry {
 public:
  Inquiry(const RedisUrl& url, std::string_view password) : most_(url.sentinels.size() / 2 + 1) {
    for (const HostPort& sentinel : url.sentinels) try {
        auto dialogue = std::make_unique<SentinelDialogue>(sentinel, password);
        dialogue->ask({"SENTINEL", "MASTER", url.service});
        open_.push_back(std::move(dialogue));
      } catch (const std::runtime_error& fault) {
        failure_ = fault.what();
      }
  }

  MasterAnswer finish(Clock::time_point end) {
    while (!open_.empty() && answers_ < most_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
      if (left.count() <= 0) break;
      step(static_cast<int>(left.count()));
    }
    if (!master_.address.host.empty()) return {master_.address, {}};
    return {std::nullopt, failure_.empty() ? "no sentinel has answered in time" : failure_};
  }

 private:
  void step(int pauseMs) {
    std::vector<pollfd> watched;
    for (const auto& dialogue : open_) watched.push_back({dialogue->fd(), dialogue->events(), 0});
    ::poll(watched.data(), watched.size(), pauseMs);
    std::vector<std::unique_ptr<SentinelDialogue>> still;
    for (std::size_t i = 0; i < watched.size(); ++i)
      if (goesOn(*open_[i], watched[i].revents)) still.push_back(std::move(open_[i]));
    open_ = std::move(still);
  }

  bool goesOn(SentinelDialogue& dialogue, short events) try {
    if (events == 0) return true;
    if (!dialogue.advance(events)) throw std::runtime_error(dialogue.failure());
    const Reply reply = dialogue.next();
    if (!reply) return true;
    if (reply->type == REDIS_REPLY_ERROR)
      throw std::runtime_error("the sentinels answered " + publicText(textOf(*reply)));
    accept(readMaster(*reply));
    return false;
  } catch (const std::runtime_error& fault) {
    failure_ = fault.what();
    return false;
  }

  void accept(KnownMaster master) {
    ++answers_;
    if (master_.address.host.empty() || master.epoch > master_.epoch) master_ = std::move(master);
  }

  const std::size_t most_;
  std::vector<std::unique_ptr<SentinelDialogue>> open_;
  std::size_t answers_ = 0;
  KnownMaster master_;
  std::string failure_;
};

}  // namespace

SentinelDialogue::SentinelDialogue(const HostPort& sentinel, std::string_view password)
    : name_(sentinel.text()), connection_(startConnecting(sentinel)), loggingIn_(!password.empty()) {
  if (loggingIn_) ask({"AUTH", password});
}

void SentinelDialogue::ask(std::initializer_list<std::string_view> words) { appendCommand(waiting_, words); }

short SentinelDialogue::events() const {
  return static_cast<short>(connection_.events() | (waiting_.empty() ? 0 : POLLOUT));
}

bool SentinelDialogue::advance(short events) {
  if (!connection_.send()) return false;
  if (connection_.allSent() && !waiting_.empty()) {
    connection_.output().swap(waiting_);
    waiting_.clear();
    if (!connection_.send()) return false;
  }
  if (!connection_.allSent() || (events & ~POLLOUT) == 0) return true;
  return connection_.receive() != Connection::Received::failed;
}

Reply SentinelDialogue::next() {
  Reply reply;
  switch (connection_.next(reply)) {
    case Connection::Parsed::incomplete: return nullptr;
    case Connection::Parsed::failed: throw std::runtime_error(failure());
    case Connection::Parsed::reply: break;
  }
  if (!std::exchange(loggingIn_, false)) return reply;
  if (reply->type == REDIS_REPLY_ERROR)
    throw failureOf(name_, "AUTH: it answered " + publicText(textOf(*reply)));
  return next();
}

std::string SentinelDialogue::failure() const {
  return failureOf(name_, std::string(connection_.failure())).what();
}

MasterAnswer askForMaster(const RedisUrl& url, std::string_view password,
                          std::chrono::milliseconds patience) {
  const auto end = Clock::now() + patience;
  return Inquiry(url, password).finish(end);
}

}  // namespace larder::redis
