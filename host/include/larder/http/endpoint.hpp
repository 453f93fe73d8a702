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

/// Answers one request. May run on several threads at once. An exception becomes a 500; its text goes only to
/// the log.
using Handler = std::function<Response(const Request&)>;

/// A declared route: its handler and its caching rules.
struct Endpoint {
  std::string method;
  std::string pattern;  ///< "/users/{id}"
  Handler handler;
  RoutePolicy policy{};                    ///< empty: never cached
  std::shared_ptr<RequestStats> stats{};   ///< of its requests; an App sets this for each endpoint
  std::vector<std::string> invalidates{};  ///< tags that a write invalidates; {name} is a path parameter
  std::shared_ptr<Learned> learned = std::make_shared<Learned>();

  /// Returns "GET /users/{id}", its name in configuration, metrics and logs.
  std::string name() const { return method + " " + pattern; }
};

/// Receives faults behind a response: exceptions from a handler and failed invalidations, with the endpoint's
/// name and one line of text. May be called on several threads at once.
using FaultSink = std::function<void(std::string_view endpoint, std::string_view what)>;

/// Replaces each {name} with the request's path parameter.
std::string fillIn(const std::string& pattern, const Request& request);

}  // namespace larder::http

#endif
