// SPDX-License-Identifier: Apache-2.0
#include "users/user_handlers.hpp"

#include "users/answer_faults.hpp"
#include "users/client_network.hpp"
#include "users/query_span.hpp"
#include "users/user_json.hpp"

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>

namespace larder::users {
namespace {

using http::Request;
using http::Response;

constexpr std::int64_t defaultLimit = 100;
constexpr std::int64_t maxLimit = 1000;

// Parses all of `text` as a decimal number between the bounds; accepts no '+' and no spaces.
std::optional<std::int64_t> parseNumber(std::string_view text, std::int64_t min, std::int64_t max) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < min || number > max)
    return std::nullopt;
  return number;
}

// Returns the number in a query parameter: `fallback` if it is absent, nullopt if it is invalid.
std::optional<std::int64_t> numberParam(const Request& request, std::string_view name, std::int64_t fallback,
                                        std::int64_t min, std::int64_t max) {
  const auto text = request.queryParam(name);
  return text ? parseNumber(*text, min, max) : fallback;
}

Response badParameter(std::string_view name, std::string_view range) {
  return Response::problem(400, "invalid-parameter", "Invalid parameter",
                           std::string(name) + " must be " + std::string(range));
}

// An id that cannot exist is answered like an unknown one: to the client they are the same.
std::optional<std::int64_t> userId(const Request& request) {
  return parseNumber(request.param("id"), 1, std::numeric_limits<std::int64_t>::max());
}

Response notFound() {
  return Response::problem(404, "user-not-found", "User not found", "There is no user with this id");
}

Response invalid(const FieldErrors& errors) {
  Response response = Response::problem(422, "invalid-user", "Invalid user",
                                        "Some fields of the user are invalid; see errors");
  response.body = withErrors(response.body, errors);
  return response;
}

// Returns the form that `parse` reads in the request's body, or the response that refuses the body.
template <class Form>
std::variant<Form, Response> bodyOf(
    const Request& request, std::variant<Form, MalformedJson, FieldErrors> (*parse)(std::string_view)) {
  const bool patch = request.method == "PATCH" && request.hasContentType("application/merge-patch+json");
  if (!patch && !request.hasContentType("application/json"))
    return Response::problem(415, "unsupported-media-type", "Unsupported media type",
                             "Send the user as Content-Type: application/json");
  auto parsed = parse(request.body);
  if (auto* form = std::get_if<Form>(&parsed)) return std::move(*form);
  if (const auto* errors = std::get_if<FieldErrors>(&parsed)) return invalid(*errors);
  return Response::problem(400, "malformed-json", "Malformed JSON",
                           R"(The body must be an object such as {"name":"Ada","email":"ada@example.com"})");
}

}  // namespace

UserHandlers::UserHandlers(UserStore& store, std::chrono::milliseconds delay, UserHandlerObservers observers)
    : store_(store), delay_(delay), observers_(std::move(observers)) {}

template <typename Work>
Response UserHandlers::answer(std::string_view handler, Work work) {
  if (observers_.executed) observers_.executed(handler);
  try {
    return answerFaults(work, observers_.unavailable);
  } catch (const EmailTaken&) {
    return Response::problem(409, "email-taken", "Email taken", "Another user has this email address");
  }
}

Response UserHandlers::list(const Request& request) {
  return answer("list", [&] {
    const auto limit = numberParam(request, "limit", defaultLimit, 1, maxLimit);
    if (!limit) return badParameter("limit", "a number from 1 to 1000");
    const auto offset = numberParam(request, "offset", 0, 0, std::numeric_limits<std::int64_t>::max());
    if (!offset) return badParameter("offset", "a number, at least 0");
    std::this_thread::sleep_for(delay_);
    return Response::json(
        toJson(queried(store_, request, "SELECT", [&] { return store_.list(*limit, *offset); })));
  });
}

Response UserHandlers::get(const Request& request) {
  return answer("get", [&] {
    const auto id = userId(request);
    if (!id) return notFound();
    std::this_thread::sleep_for(delay_);
    const auto user = queried(store_, request, "SELECT", [&] { return store_.find(*id); });
    return user ? Response::json(toJson(*user)) : notFound();
  });
}

Response UserHandlers::create(const Request& request) {
  return answer("create", [&] {
    auto body = bodyOf<Registration>(request, parseRegistration);
    if (auto* refusal = std::get_if<Response>(&body)) return std::move(*refusal);
    auto& [wanted, password] = std::get<Registration>(body);
    const auto turn =
        password ? tries_.begin(networkOf(request.clientAddress)) : std::optional<ConcurrentTries::Turn>();
    if (password && !turn) return passwordsOfOneClient();
    if (password) wanted.passwordHash = passwords_.hash(*password);
    const User user = queried(store_, request, "INSERT", [&] { return store_.create(wanted); });
    Response response = Response::json(toJson(user), 201);
    response.headers.set("Location", "/users/" + std::to_string(user.id));
    return response;
  });
}

Response UserHandlers::update(const Request& request) {
  return answer("update", [&] {
    const auto id = userId(request);
    if (!id) return notFound();
    auto body = bodyOf<NewUser>(request, parseNewUser);
    if (auto* refusal = std::get_if<Response>(&body)) return std::move(*refusal);
    auto& wanted = std::get<NewUser>(body);
    const User user{*id, std::move(wanted.name), std::move(wanted.email)};
    const bool exists = queried(store_, request, "UPDATE", [&] { return store_.update(user); });
    return exists ? Response::json(toJson(user)) : notFound();
  });
}

Response UserHandlers::change(const Request& request) {
  return answer("change", [&] {
    const auto id = userId(request);
    if (!id) return notFound();
    auto body = bodyOf<UserChange>(request, parseUserChange);
    if (auto* refusal = std::get_if<Response>(&body)) return std::move(*refusal);
    const auto& changes = std::get<UserChange>(body);
    const auto changed = queried(store_, request, "UPDATE", [&] { return store_.change(*id, changes); });
    return changed ? Response::json(toJson(*changed)) : notFound();
  });
}

Response UserHandlers::erase(const Request& request) {
  return answer("erase", [&] {
    const auto id = userId(request);
    const bool erased = id && queried(store_, request, "DELETE", [&] { return store_.erase(*id); });
    return erased ? Response::noContent() : notFound();
  });
}

}  // namespace larder::users
