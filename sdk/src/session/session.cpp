// SPDX-License-Identifier: Apache-2.0
#include <larder/session.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "session/session_id.hpp"
#include "session/session_record.hpp"

namespace larder {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kNeeded = LARDER_CAP_CONDITIONS | LARDER_CAP_VERSIONS | LARDER_CAP_TTL;

// Returns "P/NAME", with ':' and '%' escaped in P. A cache's namespaces are "P:NAME", so they never equal a
// session namespace.
std::string spaceOf(std::string_view prefix, std::string_view name) {
  std::string space;
  for (const char c : prefix) {
    if (c == ':' || c == '%')
      space += c == ':' ? "%3A" : "%25";
    else
      space += c;
  }
  return space + "/" + std::string(name);
}

SessionOptions checked(const Backend& backend, SessionOptions options) {
  if (!backend.has(kNeeded))
    throw std::invalid_argument("sessions: plugin " + std::string(backend.library().name()) +
                                " lacks conditions, versions or times to live; choose another backend");
  for (const auto duration :
       {options.idle, options.absolute, options.operationTimeout, options.conflictTimeout})
    if (duration.count() < 1 || duration.count() > LARDER_TTL_MAX_MS / 2)
      throw std::invalid_argument("sessions: " + std::to_string(duration.count()) +
                                  "ms is out of range; use 1ms to 18250d");
  if (!options.random) options.random = randomBytes;
  return options;
}

}  // namespace

void Session::put(std::string_view field, std::optional<std::string> bytes) {
  if (bytes)
    record_.fields.insert_or_assign(std::string(field), *bytes);
  else if (const auto found = record_.fields.find(field); found != record_.fields.end())
    record_.fields.erase(found);
  edits_.insert_or_assign(std::string(field), std::move(bytes));
}

std::vector<std::string> Session::fields() const {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : record_.fields) names.push_back(name);
  return names;
}

std::string Session::fingerprint() const { return hashedKey(id_) + "." + std::to_string(version_); }

SessionStore::SessionStore(std::shared_ptr<Backend> backend, SessionOptions options)
    : backend_(std::move(backend)),
      options_(checked(*backend_, std::move(options))),
      sessions_(spaceOf(options_.prefix, "sessions")),
      generations_(spaceOf(options_.prefix, "session-users")),
      lists_(spaceOf(options_.prefix, "session-lists")) {}

std::string SessionStore::randomId() const {
  std::array<unsigned char, 32> bytes{};
  options_.random(bytes);
  return base64url(bytes);
}

// Passes on any answer that the backend gave; throws SessionsUnavailable if the operation failed.
Outcome SessionStore::demand(Outcome outcome) const {
  if (!failed(outcome.status)) return outcome;
  ++counts_.failures;
  throw SessionsUnavailable("sessions: backend " + std::string(backend_->name()) + ": " +
                            std::string(toString(outcome.status)) +
                            (outcome.error.empty() ? "" : ": " + outcome.error));
}

Session SessionStore::create() const { return {randomId(), {.created = backend_->clock().realtime()}}; }

std::optional<Session> SessionStore::load(std::string_view id) const {
  if (!isSessionId(id)) return std::nullopt;
  auto session = read(id);
  if (session && revoked(session->record_)) return std::nullopt;
  return session;
}

std::optional<Session> SessionStore::read(std::string_view id) const {
  const auto key = hashedKey(id);
  const std::array<Operation, 2> operations{{{.code = OpCode::get, .nameSpace = sessions_, .key = key},
                                             {.code = OpCode::ttl, .nameSpace = sessions_, .key = key}}};
  std::array<Outcome, 2> outcomes;
  backend_->perform(operations, outcomes, deadline());
  const auto found = demand(std::move(outcomes[0]));
  const auto left = demand(std::move(outcomes[1]));
  if (found.status != Status::ok || left.status != Status::ok) return std::nullopt;

  auto record = decodeSession(found.value.view());
  if (!record || backend_->clock().realtime() >= record->created + options_.absolute) return std::nullopt;
  Session session(std::string(id), *std::move(record));
  session.version_ = found.version;
  session.left_ = left.ttl;
  return session;
}

bool SessionStore::revoked(const SessionRecord& record) const {
  if (!record.user) return false;
  const auto key = hashedKey(*record.user);
  const auto now =
      demand(backend_->perform({.code = OpCode::get, .nameSpace = generations_, .key = key}, deadline()));
  // A missing generation counts as revoked: the store may have lost it, and a revocation with it.
  return now.status != Status::ok || now.value.view() != record.generation;
}

// Returns the user's generation, and creates it if absent. Its TTL exceeds that of every session bound to it,
// because its expiry would end them as a revocation does. If a revocation removes it concurrently, the
// session that receives it is revoked, too.
std::string SessionStore::generationOf(std::string_view user) {
  const auto key = hashedKey(user);
  const auto fresh = randomId();
  const std::array<Operation, 3> operations{
      {{.code = OpCode::set,
        .flags = OperationFlags::ifAbsent,
        .nameSpace = generations_,
        .key = key,
        .value = fresh,
        .ttl = 2 * options_.absolute},
       {.code = OpCode::get, .nameSpace = generations_, .key = key},
       {.code = OpCode::touch, .nameSpace = generations_, .key = key, .ttl = 2 * options_.absolute}}};
  std::array<Outcome, 3> outcomes;
  backend_->perform(operations, outcomes, deadline());
  for (auto& outcome : outcomes) outcome = demand(std::move(outcome));
  const bool was_there = outcomes[0].status != Status::ok && outcomes[1].status == Status::ok;
  return was_there ? std::string(outcomes[1].value.view()) : fresh;
}

milliseconds SessionStore::ttlOf(const SessionRecord& record) const {
  const auto left = record.created + options_.absolute - backend_->clock().realtime();
  return std::clamp(left, milliseconds(1), options_.idle);
}

// Makes one attempt. Returns false if `condition` was not met because of a concurrent change.
bool SessionStore::write(Session& session, OperationFlags condition) {
  const auto value = encodeSession(session.record_);
  if (value.size() > options_.maxSize)
    throw SessionTooLarge("sessions: a session of " + std::to_string(value.size()) +
                          " bytes is over the limit of " + std::to_string(options_.maxSize) +
                          "; keep less in it");
  const auto key = hashedKey(session.id_);
  const auto ttl = ttlOf(session.record_);
  const auto written = demand(backend_->perform({.code = OpCode::set,
                                                 .flags = condition,
                                                 .nameSpace = sessions_,
                                                 .key = key,
                                                 .value = value,
                                                 .ttl = ttl,
                                                 .expectedVersion = session.version_},
                                                deadline()));
  if (written.status != Status::ok) return false;
  session.version_ = written.version;
  session.left_ = ttl;
  session.edits_.clear();
  return true;
}

// Loads the stored session and reapplies the local edits on top. Returns false if the session has ended.
bool SessionStore::refresh(Session& session) const {
  auto now = read(session.id_);
  if (!now) return false;
  for (auto& [field, bytes] : session.edits_) now->put(field, bytes);
  session = *std::move(now);
  return true;
}

// Every conflict means that another writer succeeded, so some writer always makes progress. The deadline
// bounds how long this one keeps losing.
void SessionStore::overtaken(Deadline giveUp) const {
  ++counts_.conflicts;
  if (giveUp.left(backend_->clock().monotonic()).count() > 0) return;
  ++counts_.failures;
  throw SessionsUnavailable("sessions: others wrote the same session for " +
                            std::to_string(options_.conflictTimeout.count()) + " ms; nothing was stored");
}

bool SessionStore::save(Session& session) {
  if (session.isNew()) {
    if (!write(session, OperationFlags::ifAbsent)) return false;
    ++counts_.created;
    return true;
  }
  const auto give_up = backend_->in(options_.conflictTimeout);
  while (!write(session, OperationFlags::ifVersion)) {
    overtaken(give_up);
    if (!refresh(session)) return false;
  }
  return true;
}

std::optional<Session> SessionStore::update(std::string_view id,
                                            const std::function<void(Session&)>& change) {
  const auto give_up = backend_->in(options_.conflictTimeout);
  for (;;) {
    auto session = load(id);
    if (!session) return std::nullopt;
    change(*session);
    if (write(*session, OperationFlags::ifVersion)) return session;
    overtaken(give_up);
  }
}

bool SessionStore::touch(Session& session) {
  const auto ttl = ttlOf(session.record_);
  if (session.isNew() || session.left_ >= ttl - options_.idle / 10) return true;
  const auto key = hashedKey(session.id_);
  const auto touched = demand(
      backend_->perform({.code = OpCode::touch, .nameSpace = sessions_, .key = key, .ttl = ttl}, deadline()));
  if (touched.status != Status::ok) return false;
  session.left_ = ttl;
  return true;
}

bool SessionStore::rotate(Session& session) {
  if (session.isNew()) return true;
  const auto former = handleOf(session);
  if (!move(session, [](SessionRecord&) {})) return false;
  enlist(session, former);
  return true;
}

bool SessionStore::login(Session& session, std::string_view user) {
  const auto generation = generationOf(user);
  const auto bind = [&](SessionRecord& record) {
    if (record.user && *record.user != user) record.fields.clear();
    record.user = user;
    record.generation = generation;
    record.created = backend_->clock().realtime();
  };
  const auto former = handleOf(session);
  if (session.isNew()) bind(session.record_);
  if (!(session.isNew() ? save(session) : move(session, bind))) return false;
  enlist(session, former);
  return true;
}

// Stores the session under a new id, then removes the old one if its version is unchanged, so only one of
// several concurrent moves succeeds. The new ids of the others are erased and were never handed out. In this
// order, a failure between the two steps loses nothing.
bool SessionStore::move(Session& session, const Bind& bind) {
  const auto give_up = backend_->in(options_.conflictTimeout);
  const auto old_key = hashedKey(session.id_);
  for (;;) {
    Session moved(randomId(), session.record_);
    bind(moved.record_);
    if (!write(moved, OperationFlags::ifAbsent))
      throw std::runtime_error("sessions: a new id is taken already");
    const auto erased = demand(backend_->perform({.code = OpCode::erase,
                                                  .flags = OperationFlags::ifVersion,
                                                  .nameSpace = sessions_,
                                                  .key = old_key,
                                                  .expectedVersion = session.version_},
                                                 deadline()));
    if (erased.status == Status::ok) {
      session = std::move(moved);
      return true;
    }
    const auto key = hashedKey(moved.id_);
    demand(backend_->perform({.code = OpCode::erase, .nameSpace = sessions_, .key = key}, deadline()));
    if (erased.status == Status::miss) return false;
    overtaken(give_up);
    if (!refresh(session)) return false;
  }
}

void SessionStore::destroy(Session& session) {
  if (!session.isNew()) {
    const auto key = hashedKey(session.id_);
    demand(backend_->perform({.code = OpCode::erase, .nameSpace = sessions_, .key = key}, deadline()));
    ++counts_.destroyed;
  }
  session = create();
}

// Sessions whose generation is missing count as revoked; the next login creates a new one.
void SessionStore::revokeAll(std::string_view user) {
  const auto key = hashedKey(user);
  for (const auto& name_space : {generations_, lists_})
    demand(backend_->perform({.code = OpCode::erase, .nameSpace = name_space, .key = key}, deadline()));
  ++counts_.revocations;
}

SessionCounters SessionStore::counters() const {
  return {.created = counts_.created,
          .destroyed = counts_.destroyed,
          .revocations = counts_.revocations,
          .conflicts = counts_.conflicts,
          .failures = counts_.failures};
}

}  // namespace larder
