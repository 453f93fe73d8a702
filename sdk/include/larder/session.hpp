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

/// The backend failed, so the session's state is unknown: it may or may not exist, and a failed write may
/// have happened. Never treat this as "no session"; answer 503. The text names the backend and the cause, and
/// contains no id and no user.
class SessionsUnavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The session exceeds SessionOptions::maxSize. The state stored previously is unchanged.
class SessionTooLarge : public std::length_error {
 public:
  using std::length_error::length_error;
};

/// The stored state of a session.
struct SessionRecord {
  std::chrono::milliseconds created{0};  ///< since 1970-01-01 UTC; reset by a log-in
  std::optional<std::string> user{};     ///< the logged-in user
  std::string generation{};              ///< the user's generation at log-in; if it has changed since, the
                                         ///< session is revoked
  std::map<std::string, std::string, std::less<>> fields{};  ///< values encoded by their codecs
};

/// One visitor's session: named fields and the logged-in user. A copy of the stored state: SessionStore::save
/// and the other writing methods store changes. Not thread-safe.
class Session {
 public:
  /// Returns the field's value; nullopt if the field does not exist or does not decode as a T.
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

  /// Returns the logged-in user, as passed to SessionStore::login.
  const std::optional<std::string>& user() const { return record_.user; }

  /// Returns the id by which a client proves that it owns the session. A secret: put it in the cookie and
  /// nowhere else.
  const std::string& id() const { return id_; }
  /// Returns a text that identifies this session in the state in which it was last loaded or stored; it
  /// differs for other sessions and other states. Not a secret.
  std::string fingerprint() const;
  /// Returns true if nothing has been stored under the id yet.
  bool isNew() const { return version_ == 0; }
  /// Returns true if fields were set or erased since the session was loaded or saved.
  bool changed() const { return !edits_.empty(); }

 private:
  friend class SessionStore;
  Session(std::string id, SessionRecord record) : id_(std::move(id)), record_(std::move(record)) {}
  void put(std::string_view field, std::optional<std::string> bytes);

  std::string id_;
  SessionRecord record_;                                                  // including the edits
  std::map<std::string, std::optional<std::string>, std::less<>> edits_;  // nullopt: erased
  std::uint64_t version_ = 0;
  std::chrono::milliseconds left_{0};  // remaining time to live in the store when last loaded or written
};

struct SessionOptions {
  std::string prefix = "larder";                      ///< separates applications that share a store
  std::chrono::milliseconds idle{30 * 60'000};        ///< the session ends after this long without use
  std::chrono::milliseconds absolute{24 * 3600'000};  ///< the session ends this long after log-in, used or
                                                      ///< not
  std::chrono::milliseconds operationTimeout{250};    ///< per step with the backend
  std::chrono::milliseconds conflictTimeout{5000};    ///< for retrying a write that keeps conflicting with
                                                      ///< others
  std::size_t maxSize = 64 << 10;                     ///< bytes per session, encoded
  /// Sessions that a user may have at the same time; a further log-in ends the oldest. 0: unlimited, and no
  /// list of them is kept.
  std::size_t maxPerUser = 0;
  /// Fills the span with cryptographically secure random bytes; throws if it cannot. Empty: OpenSSL's
  /// generator.
  std::function<void(std::span<unsigned char>)> random{};
};

/// One of a user's sessions, in a form that may be shown to the user.
struct UserSession {
  std::string handle;                  ///< identifies it in SessionStore::end; not a secret
  std::chrono::milliseconds since{0};  ///< time of the log-in, since 1970-01-01 UTC
};

/// Numbers of events since the start. They never decrease.
struct SessionCounters {
  std::uint64_t created = 0;
  std::uint64_t destroyed = 0;
  std::uint64_t revocations = 0;  ///< calls of revokeAll
  std::uint64_t conflicts = 0;    ///< writes retried because of a concurrent write
  std::uint64_t failures = 0;     ///< of the backend; each threw SessionsUnavailable
};

/// Sessions kept in a backend. Every host that uses the same store and prefix can create, load, save, rotate
/// and end them.
///
/// A client identifies its session by 32 random bytes. The backend stores the session under their SHA-256, so
/// reading the store does not give access to sessions. An id that is not in the store never becomes a
/// session. Writes are conditional on the version read: changes of different fields are merged, and a session
/// that has ended stays ended. Every failure of the backend throws SessionsUnavailable.
///
/// The store's namespaces contain no ':', unlike all of a Cache's, so clearing a cache never affects
/// sessions.
///
/// Thread-safe. The methods marked as blocking wait for the backend, at most `operationTimeout` per step.
class SessionStore {
 public:
  /// Throws std::invalid_argument if the backend lacks conditions, versions or times to live, or if a
  /// duration is not positive.
  SessionStore(std::shared_ptr<Backend> backend, SessionOptions options);

  /// Creates a new session with a fresh id. Its first save stores it. Does not block.
  Session create() const;

  /// Returns the session with that id; nullopt if it does not exist, has expired or was revoked. An id of a
  /// form that create() never produces is rejected without asking the backend. Blocks.
  std::optional<Session> load(std::string_view id) const;

  /// Stores the changes, merged with concurrent changes of others, and restarts the idle time. Returns false,
  /// and stores nothing, if the session has ended. Blocks.
  [[nodiscard]] bool save(Session& session);

  /// Atomically loads the session, applies `change` and stores the result, so that counters count. `change`
  /// may be called several times. Returns nullopt if there is no such session. Blocks.
  std::optional<Session> update(std::string_view id, const std::function<void(Session&)>& change);

  /// Restarts the idle time without writing the session. Does nothing and returns true if no more than a
  /// tenth of the idle time has passed. Returns false if the session has ended. Blocks.
  [[nodiscard]] bool touch(Session& session);

  /// Moves the session, including its changes, to a new id; the old id stops working. Returns false if the
  /// session has ended or another call moved it first. A new session is left as it is. Blocks.
  [[nodiscard]] bool rotate(Session& session);

  /// Binds the session to `user` for `absolute` from now on, and moves it to a new id. Drops fields left by
  /// another user. Returns false as rotate() does. Blocks.
  [[nodiscard]] bool login(Session& session, std::string_view user);

  /// Ends the session. Once this returns, the session has ended, and `session` is like a new one. Blocks.
  void destroy(Session& session);

  /// Ends all sessions of `user`, in a single step regardless of their number. Blocks.
  void revokeAll(std::string_view user);

  /// Returns the live sessions of `user`, oldest first; empty if SessionOptions::maxPerUser is 0. Blocks.
  std::vector<UserSession> list(std::string_view user) const;
  /// Returns the handle that identifies `session` in such a list.
  static std::string handleOf(const Session& session);
  /// Ends one of `user`'s sessions. Returns false if no live session has that handle. Blocks.
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
  const std::string sessions_;     // namespace of the records, keyed by the hash of the id
  const std::string generations_;  // namespace of the users' generations, keyed by the hash of the user
  const std::string lists_;        // namespace of the users' lists, keyed by the hash of the user
  mutable Counts counts_;
};

}  // namespace larder

#endif
