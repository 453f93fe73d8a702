// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SESSION_HPP
#define LARDER_SESSION_HPP

#include <larder/backend.hpp>
#include <larder/codec.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// The backend failed, so nobody knows what the session holds or whether there is one. A write that ended
/// this way may have happened. Never to be read as "no session": answer 503. The text names the backend and
/// the cause; no id, no user.
class SessionsUnavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The session holds more than SessionOptions::maxSize; what was stored before stays.
class SessionTooLarge : public std::length_error {
 public:
  using std::length_error::length_error;
};

/// What is stored of a session.
struct SessionRecord {
  std::chrono::milliseconds created{0};  ///< since 1970-01-01 UTC; a log-in begins anew
  std::optional<std::string> user{};     ///< who is logged in
  std::string generation{};              ///< the user's at the log-in; another one now: revoked
  std::map<std::string, std::string, std::less<>> fields{};  ///< encoded by their codecs
};

/// One visitor's session: named fields, and who is logged in. A copy of what is stored: changes are kept by
/// SessionStore::save and its kin. Not thread-safe.
class Session {
 public:
  /// The field's value; nullopt if there is none, or what is there is no T.
  template <Encodable T>
  std::optional<T> get(std::string_view field) const {
    const auto found = record_.fields.find(field);
    if (found == record_.fields.end()) return std::nullopt;
    ByteReader reader(found->second);
    auto value = Codec<T>::read(reader);
    return reader.finished() ? std::optional<T>(std::move(value)) : std::nullopt;
  }

  template <Encodable T>
  void set(std::string_view field, const T& value) {
    std::string bytes;
    ByteWriter writer(bytes);
    Codec<T>::write(writer, value);
    put(field, std::move(bytes));
  }
  void set(std::string_view field, std::string_view text) { set(field, std::string(text)); }

  void erase(std::string_view field) { put(field, std::nullopt); }
  bool has(std::string_view field) const { return record_.fields.contains(field); }

  std::vector<std::string> fields() const;

  /// Who is logged in, as given to SessionStore::login.
  const std::optional<std::string>& user() const { return record_.user; }

  /// What a client proves with that the session is its own: a secret, for the cookie alone.
  const std::string& id() const { return id_; }
  /// Tells this session, as it was loaded or stored last, from others and from itself in another state. No
  /// secret.
  std::string fingerprint() const;
  /// Nothing is stored under the id yet.
  bool isNew() const { return version_ == 0; }
  /// Fields were set or erased since it was loaded or saved.
  bool changed() const { return !edits_.empty(); }

 private:
  friend class SessionStore;
  Session(std::string id, SessionRecord record) : id_(std::move(id)), record_(std::move(record)) {}
  void put(std::string_view field, std::optional<std::string> bytes);

  std::string id_;
  SessionRecord record_;                                                  // with the edits
  std::map<std::string, std::optional<std::string>, std::less<>> edits_;  // nullopt: erased
  std::uint64_t version_ = 0;
  std::chrono::milliseconds left_{0};  // of the stored time to live, when it was loaded or written
};

struct SessionOptions {
  std::string prefix = "larder";                      ///< keeps applications on one store apart
  std::chrono::milliseconds idle{30 * 60'000};        ///< it ends if it is not used for so long
  std::chrono::milliseconds absolute{24 * 3600'000};  ///< it ends so long after log-in, used or not
  std::chrono::milliseconds operationTimeout{250};    ///< for each step with the backend
  std::chrono::milliseconds conflictTimeout{5000};    ///< for writing what others write all the time
  std::size_t maxSize = 64 << 10;                     ///< bytes of one session, encoded
  /// Sessions that a user may have at once: a further log-in ends the oldest. 0: any number, and no list of
  /// them.
  std::size_t maxPerUser = 0;
  /// Fills with random bytes that nobody can guess; throws if it can't. Empty: OpenSSL's generator.
  std::function<void(std::span<unsigned char>)> random{};
};

/// One of a user's sessions, for the user to look at.
struct UserSession {
  std::string handle;                  ///< names it in SessionStore::end; no secret
  std::chrono::milliseconds since{0};  ///< the log-in, since 1970-01-01 UTC
};

/// Events since the start; they only rise.
struct SessionCounters {
  std::uint64_t created = 0;
  std::uint64_t destroyed = 0;
  std::uint64_t revocations = 0;  ///< of all of a user's sessions
  std::uint64_t conflicts = 0;    ///< writes that were overtaken and done again
  std::uint64_t failures = 0;     ///< of the backend; each was a SessionsUnavailable
};

/// Sessions in a backend: created, loaded, saved, moved to a new id, ended; by anybody on any host that uses
/// the same store and prefix.
///
/// A client names its session by 32 random bytes, and the backend holds it under their SHA-256, so a look
/// into the store lets nobody in. An id that is not in the store is no session and never becomes one. Writes
/// are conditional on what was read: changes of different fields are merged, and a session that has ended
/// meanwhile stays ended. Whatever the backend fails to do is SessionsUnavailable.
///
/// Its namespaces hold no ':', which all of a Cache's do, so that clearing a cache reaches no session.
///
/// Thread-safe; every method that says so waits for the backend, `operationTimeout` for each step.
class SessionStore {
 public:
  /// Throws std::invalid_argument if the backend lacks conditions, versions or times to live, or a duration
  /// is not positive.
  SessionStore(std::shared_ptr<Backend> backend, SessionOptions options);

  /// A new session that nobody else knows. It is stored by its first save.
  Session create() const;

  /// The session of that id; nullopt if there is none, it has expired or was revoked. An id that create
  /// can't have made is answered without the backend. Waits.
  std::optional<Session> load(std::string_view id) const;

  /// Stores what was changed, beside what others changed meanwhile, and restarts the idle time. False, and
  /// nothing is stored, if the session has ended. Waits.
  [[nodiscard]] bool save(Session& session);

  /// Loads the session, changes it and stores it, with `change` perhaps called several times: no other
  /// write comes between, so that counters count. nullopt if there is no such session. Waits.
  std::optional<Session> update(std::string_view id, const std::function<void(Session&)>& change);

  /// Restarts the idle time without writing the session, if more than a tenth of it is used; else it asks
  /// nobody and is true. False if the session has ended. Waits.
  [[nodiscard]] bool touch(Session& session);

  /// Moves the session, changes included, to a new id; the old one is dead. False if it has ended or others
  /// moved it first. A new session stays as it is. Waits.
  [[nodiscard]] bool rotate(Session& session);

  /// Binds the session to `user`, from now on for `absolute`, and moves it to a new id. What another user
  /// left in it is dropped. False as for rotate. Waits.
  [[nodiscard]] bool login(Session& session, std::string_view user);

  /// Ends the session. Returning means that it has ended; `session` is like a new one. Waits.
  void destroy(Session& session);

  /// Ends all sessions of `user`, in one step however many there are. Waits.
  void revokeAll(std::string_view user);

  /// The live sessions of `user`, oldest first; none without SessionOptions::maxPerUser. Waits.
  std::vector<UserSession> list(std::string_view user) const;
  /// The handle of a session in such a list.
  static std::string handleOf(const Session& session);
  /// Ends one of `user`'s sessions. False if no live one has that handle. Waits.
  [[nodiscard]] bool end(std::string_view user, std::string_view handle);

  SessionCounters counters() const;
  const SessionOptions& options() const { return options_; }
  Backend& backend() const { return *backend_; }

 private:
  struct Counts {
    std::atomic<std::uint64_t> created{0};
    std::atomic<std::uint64_t> destroyed{0};
    std::atomic<std::uint64_t> revocations{0};
    std::atomic<std::uint64_t> conflicts{0};
    std::atomic<std::uint64_t> failures{0};
  };
  using Bind = std::function<void(SessionRecord&)>;

  Deadline deadline() const { return backend_->in(options_.operationTimeout); }
  std::string randomId() const;
  Outcome demand(Outcome outcome) const;
  std::optional<Session> read(std::string_view id) const;
  bool revoked(const SessionRecord& record) const;
  std::string generationOf(std::string_view user);
  std::chrono::milliseconds ttlOf(const SessionRecord& record) const;
  bool write(Session& session, OperationFlags condition);
  bool refresh(Session& session) const;
  bool move(Session& session, const Bind& bind);
  void enlist(const Session& session, std::string_view former);
  void overtaken(Deadline giveUp) const;

  const std::shared_ptr<Backend> backend_;
  const SessionOptions options_;
  const std::string sessions_;     // namespace of the records, by the id's hash
  const std::string generations_;  // namespace of the users' generations, by the user's hash
  const std::string lists_;        // namespace of the users' lists, by the same
  mutable Counts counts_;
};

}  // namespace larder

#endif
