// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENDPOINT_APP_HPP
#define LARDER_ENDPOINT_APP_HPP

#include <larder/cache.hpp>
#include <larder/policy.hpp>
#include <larder/session.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "endpoint/router.hpp"
#include "response_cache/response_cache.hpp"
#include "session/session_cookie.hpp"

namespace larder::http {

/// The endpoints of an application and the cache in front of them: the registration API.
///
///     App app(engine);
///     app.get("/users", listUsers, cache(30s).tag("users"));
///     app.post("/users", createUser, invalidates("users"));
///     app.get("/health", health);                            // no policy: never cached
///
/// Endpoints are registered before requests come; a wrong one throws std::invalid_argument. After that
/// handle() may be called on any thread. The Cache must outlive the App, whose end waits for handlers that
/// renew a response in the background and begins no more.
class App {
 public:
  explicit App(Cache& cache);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  App& get(std::string pattern, Handler handler);
  App& get(std::string pattern, Handler handler, CachePolicy policy);
  App& post(std::string pattern, Handler handler);
  App& post(std::string pattern, Handler handler, Invalidation invalidation);
  App& put(std::string pattern, Handler handler);
  App& put(std::string pattern, Handler handler, Invalidation invalidation);
  App& patch(std::string pattern, Handler handler);
  App& patch(std::string pattern, Handler handler, Invalidation invalidation);
  App& del(std::string pattern, Handler handler);
  App& del(std::string pattern, Handler handler, Invalidation invalidation);

  /// Replaces the time to live of the endpoint called `name`, "GET /users", also while requests are served.
  /// False if there is none, or it is not cached.
  bool overrideExpire(std::string_view name, std::chrono::milliseconds expire);

  /// Gives each request a session: Request::session. `store` must outlive the App.
  void useSessions(SessionStore& store, SessionCookie cookie) { sessions_ = {&store, cookie}; }

  /// Told of what went wrong behind a response: exceptions that left a handler, invalidations that failed.
  /// Gets the endpoint's name and one line. May be called on several threads at once.
  using FaultSink = std::function<void(std::string_view endpoint, std::string_view what)>;
  void onFault(FaultSink sink) { faults_ = std::move(sink); }

  /// Answers one request, on this thread, whatever happens: never throws.
  Response handle(Request request) const;

  const Router& router() const { return router_; }

 private:
  App& add(std::string method, std::string pattern, Handler handler, std::optional<CachePolicy> policy,
           std::vector<std::string> invalidates);
  Response answer(const Endpoint& endpoint, const Request& request) const;
  void invalidateAfter(const Endpoint& endpoint, const Request& request) const;

  Handler withSession(std::string endpoint, Handler handler) const;

  struct Sessions {
    SessionStore* store = nullptr;  // none: no sessions
    SessionCookie cookie{true};
  };

  Cache& cache_;
  ResponseCache responses_;
  Router router_;
  FaultSink faults_;
  Sessions sessions_;
};

}  // namespace larder::http

#endif
