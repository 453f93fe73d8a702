// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_REQUEST_SESSION_HPP
#define LARDER_HTTP_REQUEST_SESSION_HPP

#include <larder/session.hpp>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include <larder/http/session_cookie.hpp>

namespace larder::http {

/// Thrown if a page of another origin made the browser send a write to an endpoint that uses the session:
/// 403.
class CrossSiteWrite : public std::runtime_error {
 public:
  CrossSiteWrite() : std::runtime_error("a write that another site's page made the browser send") {}
};

/// The visitor's session during one request, accessible to a handler as `request.session()`.
///
/// It is loaded on first use. After the handler has answered, its changes are stored: fields set or erased, a
/// log-in, a rotation. After a 5xx or an exception nothing is stored. A visitor without a session gets one
/// when the first field is set. Every function may wait for the backend and throws SessionsUnavailable if the
/// backend fails, SessionTooLarge or CrossSiteWrite. Let them propagate: they become 503, 413 and 403.
/// Belongs to one request; one thread at a time may use it.
class RequestSession {
 public:
  /// `store` must outlive it.
  RequestSession(SessionStore& store, SessionCookie cookie, const Request& request);

  template <Encodable T>
  std::optional<T> get(std::string_view field) {
    return session().get<T>(field);
  }
  template <Encodable T>
  void set(std::string_view field, const T& value) {
    session().set(field, value);
  }
  void set(std::string_view field, std::string_view text) { session().set(field, text); }
  void erase(std::string_view field) { session().erase(field); }
  bool has(std::string_view field) { return session().has(field); }
  std::vector<std::string> fields() { return session().fields(); }

  /// Returns the user who is logged in.
  std::optional<std::string> user() { return user_ ? user_ : session().user(); }

  /// Applies `change` and stores the session immediately, so that no other request's write intervenes;
  /// `change` may be called several times. Fields set earlier are stored as well. Returns false if the
  /// session has ended.
  [[nodiscard]] bool update(const std::function<void(Session&)>& change);

  /// Binds the session to `user` and gives it a new id, once the handler has answered. A session of another
  /// user ends first.
  void login(std::string user);
  /// Gives it a new id, once the handler has answered.
  void rotate();
  /// Ends the session immediately.
  void logout();

  /// Returns whether the handler used or tried to use the session: its response is then this visitor's alone.
  bool used() const { return session_.has_value() || fault_.has_value(); }

  /// Returns a non-secret value that distinguishes this session, in its present state, from all others;
  /// nullopt if the visitor has none. Counts as a use. The response may be cached under it unless the handler
  /// changes the session.
  std::optional<std::string> fingerprint();

  /// The Cache-Control of a response cached per session, unless the handler sets one: clients revalidate
  /// their copy each time.
  static constexpr std::string_view kClientCopies = "private, max-age=0";

  /// Returns the response for a request that needs its session while the backend is down.
  static Response unavailable();

  /// Runs `handler`, then stores the changes and sets Set-Cookie, Vary and Cache-Control in the response
  /// accordingly. Exceptions of the handler propagate, except those above. `unavailable`, if not empty,
  /// receives the reason for a failure of the backend.
  Response around(const std::function<Response()>& handler,
                  const std::function<void(std::string_view)>& unavailable);

 private:
  Session& session();
  template <class Step>
  auto remembered(Step step);
  bool store();
  bool storeLogin();
  bool written(bool stored);
  void mark(Response& response) const;

  SessionStore& store_;
  const SessionCookie cookie_;
  const std::optional<std::string> sent_;  // the cookie's value
  const bool crossSite_;
  const bool secure_;  // the request came over TLS
  std::optional<Session> session_;
  std::optional<std::string> user_;   // to be logged in
  std::optional<std::string> fault_;  // why the backend failed, even if the handler swallowed the exception
  bool rotate_ = false;
  bool keyed_ = false;    // the cache stores responses per session
  bool written_ = false;  // in this request
  bool ended_ = false;
};

}  // namespace larder::http

#endif
