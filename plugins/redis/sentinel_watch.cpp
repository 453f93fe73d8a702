// SPDX-License-Identifier: Apache-2.0
#include "sentinel_watch.hpp"

#include <poll.h>

#include <array>
#include <charconv>
#include <exception>
#include <sstream>
#include <utility>

namespace larder::redis {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view channel = "+switch-master";
constexpr auto questionInterval = 5s;
constexpr auto replyPatience = 1s;
constexpr auto pause = 500ms;      // between two attempts to subscribe
constexpr auto pingInterval = 1s;  // reveals a sentinel that died without closing
constexpr auto longestSilence = 3s;

int milliseconds(std::chrono::milliseconds duration) { return static_cast<int>(duration.count()); }

}  // namespace

SentinelWatch::SentinelWatch(const Options& options, Told told)
    : url_(options.url),
      password_(options.sentinelPassword),
      told_(std::move(told)),
      thread_("larder-sentinel", [this] { run(); }) {}

SentinelWatch::~SentinelWatch() {
  stopping_ = true;
  wakeUp_.ring();
  thread_.join();
}

void SentinelWatch::run() {
  for (std::size_t turn = 0; !stopping_; ++turn) {
    try {
      follow(url_.sentinels[turn % url_.sentinels.size()]);
    } catch (const std::exception&) {
      // Try the next sentinel; the connection to the master depends on none of them.
    }
    rest();
  }
}

void SentinelWatch::rest() {
  pollfd watched{wakeUp_.fd(), POLLIN, 0};
  if (!stopping_) ::poll(&watched, 1, milliseconds(pause));
}

// Listens to a sentinel until it fails.
void SentinelWatch::follow(const HostPort& sentinel) {
  SentinelDialogue dialogue(sentinel, password_);
  dialogue.ask({"SUBSCRIBE", channel});
  auto heard = Clock::now();
  auto nextPing = heard + pingInterval;
  while (!stopping_) {
    std::array<pollfd, 2> watched{{{wakeUp_.fd(), POLLIN, 0}, {dialogue.fd(), dialogue.events(), 0}}};
    ::poll(watched.data(), watched.size(), milliseconds(pingInterval));
    if (!dialogue.advance(watched[1].revents)) return;
    while (const Reply reply = dialogue.next()) {
      heard = Clock::now();
      hear(*reply);
    }
    const auto now = Clock::now();
    if (now - heard > longestSilence) return;
    if (now >= nextPing) {
      dialogue.ask({"PING"});
      nextPing = now + pingInterval;
    }
    if (now >= nextQuestion_) askAgain();
  }
}

// A message is ["message", channel, "SERVICE OLD-HOST OLD-PORT HOST PORT"]. The reply to SUBSCRIBE means that
// earlier messages may have been missed.
void SentinelWatch::hear(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 3) return;
  const std::string_view kind = textOf(*reply.element[0]);
  if (kind == "subscribe") nextQuestion_ = {};
  if (kind != "message") return;
  std::istringstream words{std::string(textOf(*reply.element[2]))};
  std::string service;
  std::string oldHost;
  std::uint16_t oldPort = 0;
  HostPort master;
  if (!(words >> service >> oldHost >> oldPort >> master.host >> master.port) || service != url_.service)
    return;
  told_(master);
  // The other sentinels may report an older master for a moment.
  nextQuestion_ = Clock::now() + questionInterval;
}

void SentinelWatch::askAgain() {
  nextQuestion_ = Clock::now() + questionInterval;
  const MasterAnswer answer = askForMaster(url_, password_, replyPatience);
  if (answer.master) told_(*answer.master);
}

}  // namespace larder::redis
