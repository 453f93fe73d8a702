// SPDX-License-Identifier: Apache-2.0
#include "link.hpp"

#include <larder/async/nanoseconds.hpp>

#include <poll.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>

#include "generation.hpp"
#include "sentinels.hpp"

namespace larder::redis {
namespace {

// Extracts the server mark from a reply to INFO; empty if the reply has no valid run id.
std::string serverMarkIn(const redisReply& reply) {
  constexpr std::string_view name = "run_id:";
  const std::string_view text = textOf(reply);
  const auto at = text.find(name);
  if (reply.type != REDIS_REPLY_STRING || at == std::string_view::npos) return {};
  const std::string_view mark = text.substr(at + name.size(), serverMarkSize);
  const bool plain =
      mark.size() == serverMarkSize && mark.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return plain ? std::string(mark) : std::string();
}

plugin::Resolution lookUpMaster(const RedisUrl& url, const std::string& password,
                                std::chrono::milliseconds patience) {
  const MasterAnswer answer = askForMaster(url, password, patience);
  if (answer.master) return plugin::Resolver::lookUp(*answer.master);
  return {{}, answer.failure, {}};
}

}  // namespace

// The probe key has the form of a namespace's key, but names neither a generation nor an entry, so nothing
// else uses it, even with an empty prefix.
Link::Link(plugin::Host host, const Options& options, Announcing announcing)
    : host_(host),
      url_(options.url),
      sentinelPassword_(options.sentinelPassword),
      server_(options.url.server),
      credentials_(options.credentials),
      tls_(options.tls),
      clientName_(options.clientName),
      clearsOnNewServer_(options.clearsOnNewServer),
      isClusterNode_(options.isClusterNode),
      probeKey_(options.keyPrefix + "{0:}:probe"),
      connectTimeout_(options.connectTimeout),
      announcing_(announcing),
      backOff_(host.random64()) {}

int Link::fd() const {
  switch (step_) {
    case Step::pausing: return -1;
    case Step::resolving: return resolver_.fd();
    case Step::connecting: return socket_.get();
    case Step::introducing:
    case Step::ready: return connection_->fd();
  }
  return -1;
}

short Link::events() const {
  if (step_ == Step::connecting) return POLLOUT;
  return step_ == Step::introducing || step_ == Step::ready ? connection_->events() : POLLIN;
}

std::uint64_t Link::wakeNs() const {
  if (!isReady()) return stepEndsNs_;
  return credentials_.lieInAFile() ? nextLookNs_ : std::numeric_limits<std::uint64_t>::max();
}

void Link::advance(std::uint64_t now, short events) {
  if (isReady()) return;
  if (step_ == Step::pausing) {
    if (now >= stepEndsNs_) attempt(now);
    return;
  }
  if (events != 0 && step_ == Step::resolving) return resolved(now);
  if (events != 0 && step_ == Step::connecting) return finishConnecting(now);
  if (events != 0 && step_ == Step::introducing) return readIntroduction(now);
  if (now < stepEndsNs_) return;

  lastFailure_ = "no answer within the connect_timeout";
  if (step_ == Step::connecting && now < attemptEndsNs_) return connectToNextAddress(now);
  fail(now, LARDER_UNAVAILABLE, lastFailure_);
}

void Link::attempt(std::uint64_t now) {
  attemptEndsNs_ = now + plugin::nanoseconds(connectTimeout_);
  stepEndsNs_ = attemptEndsNs_;
  failedHealth_ = LARDER_HEALTH_DOWN;
  if (!url_.socketPath.empty()) {
    addresses_ = {plugin::Address::ofUnixSocket(url_.socketPath)};
    return connectToNextAddress(now);
  }
  const bool mustAsk = !url_.sentinels.empty() && !told_;
  if (told_) server_ = *std::exchange(told_, std::nullopt);
  addresses_ = mustAsk ? std::vector<plugin::Address>() : plugin::Resolver::numeric(server_).addresses;
  if (!addresses_.empty()) return connectToNextAddress(now);

  // A look-up that outlived its attempt serves the next attempt.
  step_ = Step::resolving;
  if (resolver_.isRunning()) return;
  if (mustAsk)
    resolver_.start([url = url_, password = sentinelPassword_, patience = connectTimeout_ / 2] {
      return lookUpMaster(url, password, std::chrono::ceil<std::chrono::milliseconds>(patience));
    });
  else
    resolver_.start([host = server_] { return plugin::Resolver::lookUp(host); });
}

void Link::moveTo(std::uint64_t now, const HostPort& master) {
  const bool tries = step_ != Step::pausing && step_ != Step::resolving;
  if (tries && server_ == master) return;
  told_ = master;
  if (isReady()) return;
  pause(now);
  stepEndsNs_ = now;
}

void Link::resolved(std::uint64_t now) {
  if (!resolver_.isDone()) return;
  plugin::Resolution resolution = resolver_.take();
  lastFailure_ = std::move(resolution.failure);
  addresses_ = std::move(resolution.addresses);
  std::reverse(addresses_.begin(), addresses_.end());
  if (!addresses_.empty()) server_ = std::move(resolution.host);
  connectToNextAddress(now);
}

// The remaining time is split evenly among the addresses, because the first one may be dead.
void Link::connectToNextAddress(std::uint64_t now) {
  while (!addresses_.empty()) {
    const std::uint64_t left = attemptEndsNs_ - std::min(now, attemptEndsNs_);
    stepEndsNs_ = now + left / addresses_.size();
    socket_ = plugin::startConnecting(addresses_.back(), lastFailure_);
    addresses_.pop_back();
    if (socket_.isOpen()) {
      step_ = Step::connecting;
      return;
    }
  }
  fail(now, LARDER_UNAVAILABLE, lastFailure_);
}

void Link::finishConnecting(std::uint64_t now) {
  std::string failure = plugin::connectionFailure(socket_.get());
  if (failure.empty()) return introduce(now);
  lastFailure_ = std::move(failure);
  connectToNextAddress(now);
}

void Link::introduce(std::uint64_t now) {
  step_ = Step::introducing;
  stepEndsNs_ = attemptEndsNs_;
  try {
    auto tls = url_.tls ? std::make_unique<TlsSession>(socket_.get(), tls_, url_.server.host) : nullptr;
    connection_.emplace(std::move(socket_), std::move(tls));
  } catch (const std::runtime_error& fault) {
    return fail(now, LARDER_UNAVAILABLE, fault.what());
  }
  introductions_.clear();
  readCredentials(now);
  const std::string& user = credentials_.user();
  const std::string& password = credentials_.password();
  if (!password.empty() && user.empty()) ask({"AUTH", password});
  if (!password.empty() && !user.empty()) ask({"AUTH", user, password});
  ask({"CLIENT", "SETNAME", clientName_});
  if (url_.database != 0) ask({"SELECT", std::to_string(url_.database)});
  serverMark_.clear();
  if (clearsOnNewServer_) ask({"INFO", "server"});
  if (isClusterNode_)
    ask({"PING"});
  else
    ask({"DEL", probeKey_});
  if (!connection_->send()) fail(now, LARDER_UNAVAILABLE, std::string(connection_->failure()));
}

bool Link::credentialsChanged(std::uint64_t now) {
  return credentials_.lieInAFile() && now >= nextLookNs_ && readCredentials(now);
}

bool Link::readCredentials(std::uint64_t now) try {
  constexpr std::uint64_t lookIntervalNs = 1'000'000'000;
  nextLookNs_ = now + lookIntervalNs;
  return credentials_.refresh();
} catch (const std::runtime_error& fault) {
  warn(std::string(fault.what()) + "; the former password stays");
  return false;
}

void Link::ask(std::initializer_list<std::string_view> words) {
  appendCommand(connection_->output(), words);
  introductions_.emplace_back(*words.begin());
}

void Link::readIntroduction(std::uint64_t now) {
  if (!connection_->send() || connection_->receive() == Connection::Received::failed)
    return fail(now, LARDER_UNAVAILABLE, std::string(connection_->failure()));
  Reply reply;
  while (!introductions_.empty()) {
    const auto parsed = connection_->next(reply);
    if (parsed == Connection::Parsed::incomplete) return;
    if (parsed == Connection::Parsed::failed)
      return fail(now, LARDER_UNAVAILABLE, std::string(connection_->failure()));
    if (reply->type == REDIS_REPLY_ERROR && asksForAnotherServer(textOf(*reply)))
      return tryAnotherServer(now, "redis answered " + publicText(textOf(*reply)));
    if (const auto refusal = judgeIntroduction(*reply)) return fail(now, refusal->status, refusal->reason);
    if (introductions_.front() == "INFO") serverMark_ = serverMarkIn(*reply);
    introductions_.pop_front();
  }
  succeed(now);
}

// Returns nullopt if the reply is acceptable.
std::optional<Availability> Link::judgeIntroduction(const redisReply& reply) const {
  if (reply.type != REDIS_REPLY_ERROR) return std::nullopt;
  const std::string_view command = introductions_.front();
  const std::string_view error = textOf(reply);
  larder_status status = statusOfError(error);
  const bool tooManyClients = error.starts_with("ERR max number");  // replaces the reply to the first command
  // An access list may forbid the write, or the server's disk may be full. The operations then find out which
  // commands the server accepts.
  const bool logsIn = status == LARDER_AUTH && !error.starts_with("NOPERM");
  const bool probes = command == "DEL" || command == "PING";
  if (probes && !logsIn && !tooManyClients) return std::nullopt;
  // Proxies and strict access lists refuse CLIENT and INFO. The link works without both, so only a missing
  // password is a failure here.
  const bool courtesy = (command == "CLIENT" || command == "INFO") &&
                        (status == LARDER_PROTOCOL || error.starts_with("NOPERM"));
  if (courtesy && !tooManyClients) return std::nullopt;
  // Servers differ in the error code with which they refuse a password.
  if (command == "AUTH" && status == LARDER_PROTOCOL && !tooManyClients) status = LARDER_AUTH;
  return Availability{status == LARDER_AUTH ? LARDER_AUTH : LARDER_UNAVAILABLE,
                      std::string(command) + ": redis answered " + publicText(error)};
}

void Link::tryAnotherServer(std::uint64_t now, const std::string& reason) {
  failedHealth_ = LARDER_HEALTH_DEGRADED;
  lastFailure_ = reason;
  connection_.reset();
  connectToNextAddress(now);
}

void Link::succeed(std::uint64_t now) {
  step_ = Step::ready;
  readySinceNs_ = now;
  availability_ = {};
  state_ = {LARDER_OK, LARDER_HEALTH_UP, "connected"};
}

// The pause comes first because it needs no memory.
void Link::fail(std::uint64_t now, larder_status status, std::string_view reason) {
  pause(now);
  availability_ = {status, std::string(reason)};
  state_ = {status, failedHealth_, availability_.reason};
}

void Link::lose(std::uint64_t now, std::string_view reason, std::uint32_t health) {
  if (!isReady()) return fail(now, LARDER_UNAVAILABLE, reason);
  failedHealth_ = health;
  constexpr std::uint64_t settledNs = 2'000'000'000;
  const bool settled = now - readySinceNs_ >= settledNs;
  if (!settled) return fail(now, LARDER_UNAVAILABLE, reason);

  backOff_.reset();
  pause(now);
  stepEndsNs_ = now;
  state_ = {LARDER_UNAVAILABLE, health, std::string(reason)};
}

void Link::pause(std::uint64_t now) {
  step_ = Step::pausing;
  connection_.reset();
  socket_ = plugin::FileDescriptor();
  stepEndsNs_ = now + plugin::nanoseconds(backOff_.next());
}

void Link::announce() {
  if (announcing_ == Announcing::no || !state_) return;
  const State state = *std::exchange(state_, std::nullopt);
  if (announced_ && announced_->status == state.status && announced_->health == state.health) return;
  announced_ = state;
  const bool up = state.status == LARDER_OK;
  host_.log(up ? LARDER_LOG_INFO : LARDER_LOG_WARNING,
            url_.endpoint() + ": " + state.text + (up ? "" : "; retrying until it succeeds"));
  host_.reportHealth(state.health, state.text);
}

}  // namespace larder::redis
