// SPDX-License-Identifier: Apache-2.0
#include "endpoint/app.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "session/request_session.hpp"

namespace larder::http {
namespace {

std::string allowList(std::vector<std::string> methods) {
  if (std::find(methods.begin(), methods.end(), "GET") != methods.end()) methods.push_back("HEAD");
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  std::string list;
  for (const auto& method : methods) list += (list.empty() ? "" : ", ") + method;
  return list;
}

Response notFound() {
  return Response::problem(404, "not-found", "Not Found", "There is nothing under this path.");
}

Response methodNotAllowed(const std::vector<std::string>& methods) {
  const auto allowed = allowList(methods);
  auto response =
      Response::problem(405, "method-not-allowed", "Method Not Allowed", "Use " + allowed + " here.");
  response.headers.set("Allow", allowed);
  return response;
}

bool successful(const Response& response) { return response.status >= 200 && response.status < 300; }

}  // namespace

App::App(Cache& cache) : cache_(cache), responses_(cache) {}
App::~App() { cache_.stopRenewing(); }

App& App::add(std::string method, std::string pattern, Handler handler, std::optional<CachePolicy> policy,
              std::vector<std::string> invalidates) {
  if (policy && policy->variesBySession() && sessions_.store == nullptr)
    throw std::invalid_argument(method + " " + pattern +
                                ": varyBySession() needs sessions; call useSessions() first");
  handler = withSession(method + " " + pattern, std::move(handler));
  router_.add({.method = std::move(method),
               .pattern = std::move(pattern),
               .handler = std::move(handler),
               .policy = std::move(policy),
               .invalidates = std::move(invalidates)});
  return *this;
}

Handler App::withSession(std::string endpoint, Handler handler) const {
  return [this, endpoint = std::move(endpoint), handler = std::move(handler)](const Request& request) {
    if (!request.boundSession) return handler(request);
    return request.boundSession->around([&] { return handler(request); },
                                        [&](std::string_view why) {
                                          if (faults_) faults_(endpoint, why);
                                        });
  };
}

App& App::get(std::string pattern, Handler handler) {
  return add("GET", std::move(pattern), std::move(handler), std::nullopt, {});
}
App& App::get(std::string pattern, Handler handler, CachePolicy policy) {
  return add("GET", std::move(pattern), std::move(handler), std::move(policy), {});
}
App& App::post(std::string pattern, Handler handler) {
  return add("POST", std::move(pattern), std::move(handler), std::nullopt, {});
}
App& App::post(std::string pattern, Handler handler, Invalidation invalidation) {
  return add("POST", std::move(pattern), std::move(handler), std::nullopt, invalidation.tags());
}
App& App::put(std::string pattern, Handler handler) {
  return add("PUT", std::move(pattern), std::move(handler), std::nullopt, {});
}
App& App::put(std::string pattern, Handler handler, Invalidation invalidation) {
  return add("PUT", std::move(pattern), std::move(handler), std::nullopt, invalidation.tags());
}
App& App::patch(std::string pattern, Handler handler) {
  return add("PATCH", std::move(pattern), std::move(handler), std::nullopt, {});
}
App& App::patch(std::string pattern, Handler handler, Invalidation invalidation) {
  return add("PATCH", std::move(pattern), std::move(handler), std::nullopt, invalidation.tags());
}
App& App::del(std::string pattern, Handler handler) {
  return add("DELETE", std::move(pattern), std::move(handler), std::nullopt, {});
}
App& App::del(std::string pattern, Handler handler, Invalidation invalidation) {
  return add("DELETE", std::move(pattern), std::move(handler), std::nullopt, invalidation.tags());
}

bool App::overrideExpire(std::string_view name, std::chrono::milliseconds expire) {
  for (const auto& endpoint : router_.endpoints()) {
    if (endpoint->name() != name || !endpoint->policy) continue;
    endpoint->policy->changeExpire(expire);
    return true;
  }
  return false;
}

Response App::handle(Request request) const {
  if (sessions_.store != nullptr)
    request.boundSession = std::make_shared<RequestSession>(*sessions_.store, sessions_.cookie, request);
  std::string endpoint = "-";
  std::string what;
  try {
    const auto match = router_.match(request);
    if (match.endpoint == nullptr) return match.pathKnown ? methodNotAllowed(match.allowed) : notFound();
    endpoint = match.endpoint->name();
    return answer(*match.endpoint, request);
  } catch (const SessionsUnavailable& error) {  // at the key of a response that varies by session
    if (faults_) faults_(endpoint, error.what());
    return RequestSession::unavailable();
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "an exception that is no std::exception";
  }
  if (faults_) faults_(endpoint, what);
  return Response::problem(500, "internal-error", "Internal Server Error",
                           "The request failed; try again later.");
}

Response App::answer(const Endpoint& endpoint, const Request& request) const {
  if (endpoint.policy) return responses_.respond(endpoint, request);

  Response response = endpoint.handler(request);
  if (!endpoint.invalidates.empty() && successful(response)) invalidateAfter(endpoint, request);
  return response;
}

// The write has happened, so its response stands; that other hosts may serve old values for now is for the
// operator to know.
void App::invalidateAfter(const Endpoint& endpoint, const Request& request) const {
  std::vector<std::string> tags;
  for (const auto& tag : endpoint.invalidates) tags.push_back(fillIn(tag, request));
  const auto status = cache_.invalidate(tags);
  if (status != Status::ok && faults_)
    faults_(endpoint.name(),
            "invalidating its tags failed (" + std::string(toString(status)) +
                "); it is tried again, and other hosts may serve entries with them until then");
}

}  // namespace larder::http
