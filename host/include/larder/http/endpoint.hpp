// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_ENDPOINT_HPP
#define LARDER_HTTP_ENDPOINT_HPP

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/learned.hpp>
#include <larder/http/request.hpp>
#include <larder/http/request_stats.hpp>
#include <larder/http/response.hpp>
#include <larder/http/route_policy.hpp>

namespace larder::http {

/// Answers one request. May run on several threads at once. An exception that leaves it is a 500 whose text
/// stays in the log.
using Handler = std::function<Response(const Request&)>;

/// A declared route: what to run, and what the cache may do around it.
struct Endpoint {
  std::string method;
  std::string pattern;  ///< "/users/{id}"
  Handler handler;
  RoutePolicy policy{};                    ///< none: never cached
  std::shared_ptr<RequestStats> stats{};   ///< of its requests; an App has one for each
  std::vector<std::string> invalidates{};  ///< tags that a write makes stale; {name} is a path parameter
  std::shared_ptr<Learned> learned = std::make_shared<Learned>();

  /// "GET /users/{id}": how configuration, metrics and logs call it.
  std::string name() const { return method + " " + pattern; }
};

/// Told of what went wrong behind a response: exceptions that left a handler, invalidations that failed. Gets
/// the endpoint's name and one line. May be called on several threads at once.
using FaultSink = std::function<void(std::string_view endpoint, std::string_view what)>;

/// Replaces each {name} by the request's path parameter.
std::string fillIn(const std::string& pattern, const Request& request);

}  // namespace larder::http

#endif
