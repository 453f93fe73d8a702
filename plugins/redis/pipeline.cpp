// SPDX-License-Identifier: Apache-2.0
#include "pipeline.hpp"

#include <algorithm>
#include <larder/plugin.hpp>
#include <new>
#include <utility>

namespace larder::redis {
namespace {

constexpr std::size_t rememberedNamespaces = 10'000;

// Requests of earlier operations that are kept to be used again.
constexpr std::size_t keptRequests = 1'024;

// A flush ends after the command that reaches this size, so that neither the memory in use nor the time until
// the next socket read grows with the queue.
constexpr std::size_t flushSize = std::size_t{256} << 10;

}  // namespace

Pipeline::Pipeline(std::string keyPrefix, std::uint64_t seed, std::uint64_t timeoutNs,
                   plugin::PendingOperations& operations, Moved moved)
    : timeoutNs_(timeoutNs),
      operations_(operations),
      moved_(std::move(moved)),
      numbers_(seed),
      namespaces_(moved_ ? KeyForm::clusterPart : KeyForm::server, std::move(keyPrefix),
                  rememberedNamespaces) {}

void Pipeline::admit(const std::vector<plugin::Arrival>& arrivals, std::uint64_t now) noexcept {
  for (const plugin::Arrival& arrival : arrivals) {
    if (arrival.cancel)
      operations_.cancel(arrival.op);
    else
      enqueue(arrival, now);
  }
}

// No other code knows of an arrival yet, so if memory runs out here, this is the only chance to complete it.
void Pipeline::enqueue(const plugin::Arrival& arrival, std::uint64_t now) noexcept {
  const std::size_t before = requests_.size();
  try {
    if (spare_.empty()) spare_.emplace_front();
    requests_.splice(requests_.end(), spare_, spare_.begin());
    requests_.back().reset();
    queue_.push_back(std::prev(requests_.end()));
    operations_.begin(requests_.back(), arrival, now);
  } catch (const std::bad_alloc&) {
    if (requests_.size() > before) requests_.pop_back();
    operations_.refuse(arrival, LARDER_NO_MEMORY, "out of memory");
  }
}

void Pipeline::expire(std::uint64_t now) {
  operations_.expire(now, [](const plugin::PendingOperation& expired) {
    return static_cast<const Request&>(expired).encoded ? "no answer from redis in time" : "not sent in time";
  });
}

// ---- From an operation to commands ----

void Pipeline::encode(Connection& connection, std::uint64_t now) {
  if (!hasQueued()) return;
  ++flush_;
  output_ = &connection.output();
  outputStart_ = connection.totalSent();
  if (underWay_.empty()) waitingSinceNs_ = now;
  if (login_) sendLogin();
  while (!queue_.empty() && output_->size() < flushSize) {
    const RequestRef request = queue_.front();
    queue_.pop_front();
    if (request->op == nullptr)
      take(request);
    else
      route(request);
  }
}

void Pipeline::sendLogin() {
  const Credentials login = *std::exchange(login_, std::nullopt);
  if (login.user().empty())
    appendCommand(*output_, {"AUTH", login.password()});
  else
    appendCommand(*output_, {"AUTH", login.user(), login.password()});
  push(Purpose::login, Expect::status, nullptr, requests_.end());
}

void Pipeline::route(RequestRef request) {
  const larder_op& op = *request->op;
  if (op.opcode == LARDER_OP_PING) return sendPing(request);
  if (isOfALock(op)) return sendLock(request);
  if (op.opcode == rawCommands) return sendRaw(request);

  Namespace& space = namespaces_.find(plugin::view(op.name_space));
  if (space.blocked) {
    space.held.push_back(request);
    return;
  }
  if (op.opcode == LARDER_OP_CLEAR_NAMESPACE) return sendClear(request, space);
  if (space.current) return sendOperation(request, space);
  space.held.push_back(request);
  sendLearn(space);
}

void Pipeline::sendPing(RequestRef request) {
  request->streamOffset = outputStart_ + output_->size();
  appendCommand(*output_, {"PING"});
  push(Purpose::operation, Expect::status, nullptr, request);
}

void Pipeline::sendLock(RequestRef request) {
  const std::string start = namespaces_.locksOf(plugin::view(request->op->name_space));
  request->streamOffset = outputStart_ + output_->size();
  const Expect expected = appendOperation(*output_, *request->op, start, 0, scripts_);
  push(Purpose::operation, expected, nullptr, request);
}

void Pipeline::sendRaw(RequestRef request) {
  request->streamOffset = outputStart_ + output_->size();
  output_->append(plugin::view(request->op->value));
  for (std::int64_t i = 1; i < request->op->number; ++i)
    push(Purpose::prelude, Expect::any, nullptr, requests_.end());
  push(Purpose::operation, Expect::any, nullptr, request);
}

// A clear waits for all earlier operations to complete, and later operations wait for the clear. Otherwise an
// earlier operation that must be sent again would land in the new generation.
void Pipeline::sendClear(RequestRef request, Namespace& space) {
  space.blocked = true;
  space.successor = space.current;
  if (space.underWay > 0) {
    space.held.push_back(request);
    return;
  }
  space.proposed = newGeneration();
  request->streamOffset = outputStart_ + output_->size();
  appendClear(*output_, space);
  push(Purpose::clear, Expect::status, &space, request);
}

// Reads the generation or introduces a new one, which also replaces another server's. It is random, so that
// evicting or deleting a generation's key never brings old entries back.
void Pipeline::sendLearn(Namespace& space) {
  space.blocked = true;
  space.failure = LARDER_OK;
  space.proposed = newGeneration();
  if (serverMark_.empty()) {
    appendProposal(*output_, space);
    push(Purpose::propose, Expect::status, &space, requests_.end());
  }
  appendLearn(*output_, space);
  push(Purpose::learn, Expect::string, &space, requests_.end());
}

void Pipeline::appendClear(std::string& output, const Namespace& space) {
  appendCommand(output, {"SET", space.generationKey, view(space.proposed)});
}

void Pipeline::appendProposal(std::string& output, const Namespace& space) {
  appendCommand(output, {"SET", space.generationKey, view(space.proposed), "NX"});
}

void Pipeline::appendLearn(std::string& output, const Namespace& space) const {
  if (serverMark_.empty()) return appendCommand(output, {"GET", space.generationKey});
  appendCommand(output,
                {"EVAL", textOf(Script::adopt), "1", space.generationKey, view(space.proposed), serverMark_});
}

void Pipeline::sendOperation(RequestRef request, Namespace& space) {
  sendCheckOnce(space);
  if (request->redone > 0) sendRemoval(*request, space);
  request->generation = *space.current;
  request->version = numbers_.next();
  request->streamOffset = outputStart_ + output_->size();
  const Expect expected =
      appendOperation(*output_, *request->op, space.currentEntryStart, request->version, scripts_);
  push(Purpose::operation, expected, &space, request);
}

void Pipeline::sendCheckOnce(Namespace& space) {
  if (std::exchange(space.checkedInFlush, flush_) == flush_) return;
  appendCommand(*output_, {"GET", space.generationKey});
  push(Purpose::check, Expect::string, &space, requests_.end());
}

void Pipeline::sendRemoval(const Request& request, const Namespace& space) {
  if (request.op->opcode != LARDER_OP_SET && request.op->opcode != LARDER_OP_INCREMENT) return;
  const std::string start = space.entryStart(request.generation);
  const Expect expected = appendRemoval(*output_, start, plugin::view(request.op->key));
  push(Purpose::removal, expected, nullptr, requests_.end());
}

void Pipeline::push(Purpose purpose, Expect expected, Namespace* space, RequestRef request) {
  if (request != requests_.end()) request->encoded = true;
  if (space != nullptr) ++space->underWay;
  underWay_.push_back({purpose, expected, space, request, outputStart_ + output_->size()});
}

std::optional<bool> Pipeline::encodeAgain(std::size_t index, std::string& output) const {
  const Slot& slot = underWay_[index];
  const larder_op* const op = slot.request != noRequest() ? slot.request->op : nullptr;
  KnownScripts none;
  switch (slot.purpose) {
    case Purpose::operation: {
      if (op == nullptr || op->opcode == LARDER_OP_PING || op->opcode == rawCommands) return std::nullopt;
      const std::string start = slot.space != nullptr ? slot.space->entryStart(slot.request->generation)
                                                      : namespaces_.locksOf(plugin::view(op->name_space));
      appendOperation(output, *op, start, slot.request->version, none);
      return changesTheStore(*op);
    }
    case Purpose::check: appendCommand(output, {"GET", slot.space->generationKey}); return false;
    case Purpose::propose: appendProposal(output, *slot.space); return true;
    case Purpose::learn: appendLearn(output, *slot.space); return true;
    case Purpose::clear: appendClear(output, *slot.space); return true;
    case Purpose::login:
    case Purpose::removal:
    case Purpose::prelude: return std::nullopt;
  }
  return std::nullopt;
}

// ---- Timeouts and completion ----

void Pipeline::noteSent(std::uint64_t totalBefore, std::uint64_t now) {
  // Only while the server is still receiving the command that it answers next. Bytes of later commands may
  // fill the system's buffers for a long time while the server makes no progress at all.
  if (!underWay_.empty() && underWay_.front().end > totalBefore) waitingSinceNs_ = now;
}

std::uint64_t Pipeline::stallNs() const { return underWay_.empty() ? never : waitingSinceNs_ + timeoutNs_; }

std::uint64_t Pipeline::wakeNs() const { return std::min(operations_.wakeNs(), stallNs()); }

void Pipeline::abandon(std::uint64_t totalSent, std::string_view reason) noexcept {
  for (Request& request : takeAll()) {
    if (request.op == nullptr) continue;
    const bool mayHaveHappened =
        request.encoded && request.streamOffset < totalSent && changesTheStore(*request.op);
    operations_.complete(request, mayHaveHappened ? LARDER_UNKNOWN_RESULT : LARDER_UNAVAILABLE, reason);
  }
}

void Pipeline::completeAll(larder_status status, std::string_view reason) noexcept {
  if (!underWay_.empty()) {
    for (Request& request : requests_)
      if (request.op != nullptr) operations_.complete(request, status, reason);
    return;
  }
  for (Request& request : takeAll())
    if (request.op != nullptr) operations_.complete(request, status, reason);
}

// Removes a request and frees its place. The object stays until the next operation arrives.
Request& Pipeline::take(RequestRef request) {
  spare_.splice(spare_.begin(), requests_, request);
  if (spare_.size() > keptRequests) spare_.pop_back();
  operations_.freePlace(*request);
  return *request;
}

// Returns all requests. Their places are then free and nothing is in flight.
Requests Pipeline::takeAll() noexcept {
  for (const Request& request : requests_) operations_.freePlace(request);
  underWay_.clear();
  queue_.clear();
  login_.reset();  // the next connection logs in when it introduces itself
  refusal_.clear();
  scripts_.forget();
  namespaces_.settleAll();
  return std::exchange(requests_, {});
}

}  // namespace larder::redis
