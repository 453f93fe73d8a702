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

/// A page of another origin made the browser send a write to an endpoint that uses the session: 403.
class CrossSiteWrite : public std::runtime_error {
 public:
  CrossSiteWrite() : std::runtime_error("a write that another site's page made the browser send") {}
};

/// The visitor's session during one request, as a handler uses it: `request.session()`.
///
/// It is loaded when it is first used, and stored after the handler has answered: what was set or erased, a
/// log-in, a rotation. Nothing of that happens after a 5xx or an exception. A visitor who has no session gets
/// one with the first field that is set. Every function may wait for the backend and throws
/// SessionsUnavailable if that fails, SessionTooLarge or CrossSiteWrite; let them pass, they are answered
/// with 503, 413 and 403. Belongs to one request, and is used by one thread at a time.
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

  /// Who is logged in.
  std::optional<std::string> user() { return user_ ? user_ : session().user(); }

  /// Changes and stores it now, so that no other request's write comes between; `change` may be called
  /// several times. What was set before is stored with it. False if the session has ended.
  [[nodiscard]] bool update(const std::function<void(Session&)>& change);

  /// Binds it to `user` and moves it to a new id, once the handler has answered. Another user's session ends
  /// first.
  void login(std::string user);
  /// Moves it to a new id, once the handler has answered.
  void rotate();
  /// Ends it now.
  void logout();

  /// It was used, or was to be: the response is this visitor's alone.
  bool used() const { return session_.has_value() || fault_.has_value(); }

  /// What tells this session, in its present state, from all others; nullopt if the visitor has none. No
  /// secret.
  /// Counts as a use; the response may be cached under it, unless the handler changes the session.
  std::optional<std::string> fingerprint();

  /// The Cache-Control of a response that is kept for its session, unless the handler says otherwise: what
  /// the client keeps it asks about each time.
  static constexpr std::string_view kClientCopies = "private, max-age=0";

  /// The response to a request that needs its session while the backend is down.
  static Response unavailable();

  /// Runs `handler`, then stores what it changed and makes Set-Cookie, Vary and Cache-Control of the response
  /// say so. What the handler throws passes, but for the exceptions above. `unavailable`, if not empty,
  /// is told why the backend failed.
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
  std::optional<std::string> fault_;  // why the backend failed, also if the handler kept that for itself
  bool rotate_ = false;
  bool keyed_ = false;    // the cache keeps responses for each session
  bool written_ = false;  // in this request
  bool ended_ = false;
};

}  // namespace larder::http

#endif
