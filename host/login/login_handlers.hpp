// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOGIN_LOGIN_HANDLERS_HPP
#define LARDER_LOGIN_LOGIN_HANDLERS_HPP

#include <larder/rate_limit.hpp>
#include <larder/session.hpp>

#include <functional>
#include <string>
#include <string_view>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "users/concurrent_tries.hpp"
#include "users/password.hpp"
#include "users/user_store.hpp"

namespace larder::login {

/// The endpoints of log-in and session, from request to response; the host defines the routes. The session's
/// user is the decimal id in the users table.
///
/// Thread-safe. Errors come back as problem+json: 400, 401, 403, 413, 415, 429 say what is wrong with the
/// request; a failure of the users database is a 503, and a failure of the sessions' backend is the App's
/// 503.
class LoginHandlers {
 public:
  struct Limits {
    RateLimit& byEmail;
    RateLimit& byAddress;
  };
  /// Called with the reason why the users database failed.
  using FaultSink = std::function<void(std::string_view reason)>;

  /// The objects referred to must outlive the handlers.
  LoginHandlers(users::UserStore& users, SessionStore& sessions, Limits limits, FaultSink faults);

  /// POST /sessions {"email":"...","password":"..."} : 201 with the user. At most two passwords of one client
  /// are checked at once, and each waits for up to two seconds for a place; further requests are answered
  /// 429.
  http::Response login(const http::Request& request);
  /// GET /sessions/current : {"user":...,"data":{...}}, for visitors too.
  http::Response current(const http::Request& request);
  /// PATCH /sessions/current : merges the object into the data; null removes a member.
  http::Response change(const http::Request& request);
  /// DELETE /sessions/current : 204.
  http::Response logout(const http::Request& request);
  /// DELETE /users/{id}/sessions : 204; ends all sessions of the requesting user.
  http::Response revoke(const http::Request& request);

 private:
  bool admits(const std::string& email, const std::string& address);

  users::UserStore& users_;
  SessionStore& sessions_;
  const Limits limits_;
  const FaultSink faults_;
  users::ConcurrentTries tries_;
  const users::PasswordHasher passwords_;
};

}  // namespace larder::login

#endif
