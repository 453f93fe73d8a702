// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_ENDPOINTS_HPP
#define LARDER_HTTP_ENDPOINTS_HPP

#include <larder/policy.hpp>

#include <string>
#include <string_view>

#include <larder/http/router.hpp>

namespace larder::http {

/// Declared endpoints, apart from what runs them: the registration API, which App completes. Alone it is good
/// for looking at them.
///
///     endpoints.get("/users", listUsers, cache(30s).tag("users"));
///     endpoints.post("/users", createUser, invalidates("users"));
///     endpoints.get("/health", health);                            // no policy: never cached
///
/// A wrong one throws std::invalid_argument. Not thread-safe, but for overridePolicy.
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

  /// An endpoint of any method, "HEAD", "OPTIONS" or one of the application's own. GET is not refused here,
  /// HEAD goes before the GET endpoint of its path, and OPTIONS before the answer that App has for it.
  Endpoints& on(std::string method, std::string pattern, Handler handler);
  /// The same for every method that has no endpoint of its own at that path. "/{rest...}" then gets whatever
  /// no other route takes. Unless a request is a GET, HEAD, OPTIONS or TRACE, it counts as a write: what is
  /// stored for its target is erased.
  Endpoints& any(std::string pattern, Handler handler);
  Endpoints& any(std::string pattern, Handler handler, const Invalidation& invalidation);

  /// Puts `by` over the declared policy of the endpoint called `name`, "GET /users", instead of what was put
  /// over it before; also while requests are served. False if there is none, or it was declared without a
  /// policy. Throws std::invalid_argument, and changes nothing, if that makes no policy.
  bool overridePolicy(std::string_view name, const PolicyOverride& by);

  const Router& router() const { return router_; }

 protected:
  /// What is kept of a declared endpoint that has a handler: checked, and wrapped in what its handler needs.
  virtual Endpoint prepared(Endpoint endpoint) const { return endpoint; }

 private:
  Endpoints& add(Endpoint endpoint);

  Router router_;
};

}  // namespace larder::http

#endif
