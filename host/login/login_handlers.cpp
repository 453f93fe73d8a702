// SPDX-License-Identifier: Apache-2.0
#include "login/login_handlers.hpp"

#include <algorithm>
#include <utility>

#include <larder/http/request_session.hpp>
#include "login/login_json.hpp"
#include "users/answer_faults.hpp"
#include "users/client_network.hpp"
#include "users/query_span.hpp"
#include "users/user_json.hpp"

namespace larder::login {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kMaxPatch = 16 << 10;  // bytes

Response notJson() {
  return Response::problem(415, "unsupported-media-type", "Unsupported media type",
                           "Send Content-Type: application/json");
}

Response malformed(std::string_view example) {
  return Response::problem(400, "malformed-json", "Malformed JSON",
                           "The body must be an object such as " + std::string(example));
}

// Gives the same answer for every reason; otherwise it would reveal who has an account. RFC 9110 demands the
// challenge.
Response wrongCredentials() {
  auto response = Response::problem(401, "wrong-credentials", "Wrong credentials",
                                    "Email address and password do not match");
  response.headers.set("WWW-Authenticate", "Session realm=\"larder\"");
  return response;
}

Response notLoggedIn() {
  auto response = Response::problem(401, "not-logged-in", "Not logged in", "Log in with POST /sessions");
  response.headers.set("WWW-Authenticate", "Session realm=\"larder\"");
  return response;
}

Response tooMany(std::string_view detail, std::chrono::milliseconds wait) {
  auto response = Response::problem(429, "too-many-log-ins", "Too many log-ins", detail);
  response.headers.set("Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
  return response;
}

// Returns the address as the users table compares it: ASCII without case.
std::string folded(std::string email) {
  std::transform(email.begin(), email.end(), email.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return email;
}

}  // namespace

LoginHandlers::LoginHandlers(users::UserStore& users, SessionStore& sessions, Limits limits, FaultSink faults)
    : users_(users), sessions_(sessions), limits_(limits), faults_(std::move(faults)) {}

// Counts before checking the password, so that concurrent attempts cannot exceed the limit together.
bool LoginHandlers::admits(const std::string& email, const std::string& address) {
  for (const auto status : {limits_.byAddress.admit(address), limits_.byEmail.admit(email)}) {
    if (failed(status))
      throw SessionsUnavailable("sessions: counting log-ins failed: " + std::string(toString(status)));
    if (status != Status::ok) return false;
  }
  return true;
}

Response LoginHandlers::login(const Request& request) {
  const auto work = [&] {
    auto& session = request.session();
    session.user();  // refuses pages of other sites before anything is counted
    if (!request.hasContentType("application/json")) return notJson();
    const auto form = parseLogin(request.body);
    if (!form) return malformed(R"({"email":"ada@example.com","password":"..."})");
    const auto client = users::networkOf(request.clientAddress);
    if (!admits(folded(form->email), client))
      return tooMany("Too many attempts for this address; wait some minutes", limits_.byEmail.window());
    const auto turn = tries_.begin(client);
    if (!turn) return users::passwordsOfOneClient();
    const auto found =
        users::queried(users_, request, "SELECT", [&] { return users_.credentials(form->email); });
    if (!passwords_.matches(form->password, found ? found->passwordHash : std::nullopt))
      return wrongCredentials();
    session.login(std::to_string(found->user.id));
    auto response = Response::json(users::toJson(found->user), 201);
    response.headers.set("Location", "/sessions/current");
    return response;
  };
  return users::answerFaults(work, faults_);
}

Response LoginHandlers::current(const Request& request) {
  const auto work = [&] {
    auto& session = request.session();
    std::string user = "null";
    if (const auto id = session.user()) {
      const auto found =
          users::queried(users_, request, "SELECT", [&] { return users_.find(std::stoll(*id)); });
      if (found)
        user = users::toJson(*found);
      else
        session.logout();  // another program erased the user
    }
    std::map<std::string, std::string> data;
    for (const auto& field : session.fields()) data[field] = session.get<std::string>(field).value_or("null");
    return Response::json(sessionJson(user, data));
  };
  return users::answerFaults(work, faults_);
}

Response LoginHandlers::change(const Request& request) {
  if (!request.hasContentType("application/json") && !request.hasContentType("application/merge-patch+json"))
    return notJson();
  if (request.body.size() > kMaxPatch)
    return Response::problem(413, "body-too-large", "Content Too Large",
                             "Send at most " + std::to_string(kMaxPatch) + " bytes.");
  const auto patch = parsePatch(request.body);
  if (!patch) return malformed(R"({"color":"blue"}, with names of 1 to 64 bytes)");
  auto& session = request.session();
  for (const auto& [name, value] : *patch) {
    if (value)
      session.set(name, *value);
    else
      session.erase(name);
  }
  return current(request);
}

Response LoginHandlers::logout(const Request& request) {
  request.session().logout();
  return Response::noContent();
}

Response LoginHandlers::revoke(const Request& request) {
  const auto user = request.session().user();
  if (!user) return notLoggedIn();
  if (*user != request.param("id"))
    return Response::problem(403, "not-yours", "Forbidden", "You can end only your own sessions");
  sessions_.revokeAll(*user);
  request.session().logout();
  return Response::noContent();
}

}  // namespace larder::login
