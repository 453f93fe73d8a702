// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_ENDPOINTS_HPP
#define LARDER_HTTP_ENDPOINTS_HPP

#include <larder/policy.hpp>

#include <string>
#include <string_view>

#include <larder/http/router.hpp>

namespace larder::http {

/// Declared endpoints without the means to run them: the registration API, which App completes. On its own it
/// serves to inspect the routes.
///
///     endpoints.get("/users", listUsers, cache(30s).tag("users"));
///     endpoints.post("/users", createUser, invalidates("users"));
///     endpoints.get("/health", health);                            // no policy: never cached
///
/// An invalid endpoint throws std::invalid_argument. Not thread-safe, except overridePolicy().
class Endpoints {
 public:
  Endpoints() = default;
  virtual ~Endpoints() = default;
  Endpoints(const Endpoints&) = delete;
  Endpoints& operator=(const Endpoints&) = delete;

  Endpoints& get(std::string pattern, Handler handler);
  Endpoints& get(std::string pattern, Handler handler, CachePolicy policy);
  Endpoints& post(std::string pattern, Handler handler);
  Endpoints& post(std::string pattern, Handler handler, const Invalidation& invalidation);
  Endpoints& put(std::string pattern, Handler handler);
  Endpoints& put(std::string pattern, Handler handler, const Invalidation& invalidation);
  Endpoints& patch(std::string pattern, Handler handler);
  Endpoints& patch(std::string pattern, Handler handler, const Invalidation& invalidation);
  Endpoints& del(std::string pattern, Handler handler);
  Endpoints& del(std::string pattern, Handler handler, const Invalidation& invalidation);

  /// Registers an endpoint for any method: "HEAD", "OPTIONS" or one of the application's own. GET is accepted
  /// too. HEAD takes precedence over the GET endpoint of its path, and OPTIONS over the App's built-in
  /// answer.
  Endpoints& on(std::string method, std::string pattern, Handler handler);
  /// Does the same for every method that has no endpoint of its own at that path. "/{rest...}" then receives
  /// everything that no other route matches. Any request except GET, HEAD, OPTIONS and TRACE counts as a
  /// write: it erases the entry for its target.
  Endpoints& any(std::string pattern, Handler handler);
  Endpoints& any(std::string pattern, Handler handler, const Invalidation& invalidation);

  /// Applies `by` to the declared policy of the endpoint `name`, such as "GET /users", replacing an earlier
  /// override. May be called while requests are served. Returns false if the endpoint does not exist or was
  /// declared without a policy. Throws std::invalid_argument, and changes nothing, if the result is not a
  /// valid policy.
  bool overridePolicy(std::string_view name, const PolicyOverride& by);

  const Router& router() const { return router_; }

 protected:
  /// Returns the endpoint to store for a declared one with a handler: checked, and wrapped in what the
  /// handler needs.
  virtual Endpoint prepared(Endpoint endpoint) const { return endpoint; }

 private:
  Endpoints& add(Endpoint endpoint);

  Router router_;
};

}  // namespace larder::http

#endif
