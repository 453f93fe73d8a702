// SPDX-License-Identifier: Apache-2.0
#include <larder/http/endpoints.hpp>

#include <stdexcept>
#include <utility>

namespace larder::http {
namespace {

Endpoint plain(std::string method, std::string pattern, Handler handler) {
  return {.method = std::move(method), .pattern = std::move(pattern), .handler = std::move(handler)};
}

Endpoint write(std::string method, std::string pattern, Handler handler, const Invalidation& invalidation) {
  auto endpoint = plain(std::move(method), std::move(pattern), std::move(handler));
  endpoint.invalidates = invalidation.tags();
  return endpoint;
}

}  // namespace

// Leaves an endpoint without a handler unchanged: the router refuses it.
Endpoints& Endpoints::add(Endpoint endpoint) {
  router_.add(endpoint.handler ? prepared(std::move(endpoint)) : std::move(endpoint));
  return *this;
}

Endpoints& Endpoints::get(std::string pattern, Handler handler) {
  return add(plain("GET", std::move(pattern), std::move(handler)));
}
Endpoints& Endpoints::get(std::string pattern, Handler handler, CachePolicy policy) {
  auto endpoint = plain("GET", std::move(pattern), std::move(handler));
  endpoint.policy = std::move(policy);
  return add(std::move(endpoint));
}
Endpoints& Endpoints::post(std::string pattern, Handler handler) {
  return add(plain("POST", std::move(pattern), std::move(handler)));
}
Endpoints& Endpoints::post(std::string pattern, Handler handler, const Invalidation& invalidation) {
  return add(write("POST", std::move(pattern), std::move(handler), invalidation));
}
Endpoints& Endpoints::put(std::string pattern, Handler handler) {
  return add(plain("PUT", std::move(pattern), std::move(handler)));
}
Endpoints& Endpoints::put(std::string pattern, Handler handler, const Invalidation& invalidation) {
  return add(write("PUT", std::move(pattern), std::move(handler), invalidation));
}
Endpoints& Endpoints::patch(std::string pattern, Handler handler) {
  return add(plain("PATCH", std::move(pattern), std::move(handler)));
}
Endpoints& Endpoints::patch(std::string pattern, Handler handler, const Invalidation& invalidation) {
  return add(write("PATCH", std::move(pattern), std::move(handler), invalidation));
}
Endpoints& Endpoints::del(std::string pattern, Handler handler) {
  return add(plain("DELETE", std::move(pattern), std::move(handler)));
}
Endpoints& Endpoints::del(std::string pattern, Handler handler, const Invalidation& invalidation) {
  return add(write("DELETE", std::move(pattern), std::move(handler), invalidation));
}

Endpoints& Endpoints::on(std::string method, std::string pattern, Handler handler) {
  if (!isToken(method))
    throw std::invalid_argument("route " + pattern + ": \"" + method + "\" is not a method");
  return add(plain(std::move(method), std::move(pattern), std::move(handler)));
}
Endpoints& Endpoints::any(std::string pattern, Handler handler) {
  return add(plain(std::string(Router::anyMethod), std::move(pattern), std::move(handler)));
}
Endpoints& Endpoints::any(std::string pattern, Handler handler, const Invalidation& invalidation) {
  return add(write(std::string(Router::anyMethod), std::move(pattern), std::move(handler), invalidation));
}

bool Endpoints::overridePolicy(std::string_view name, const PolicyOverride& by) {
  for (const auto& endpoint : router_.endpoints()) {
    if (endpoint->name() != name || !endpoint->policy) continue;
    endpoint->policy.override(by);
    return true;
  }
  return false;
}

}  // namespace larder::http
