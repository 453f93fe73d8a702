// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_ROUTER_HPP
#define LARDER_HTTP_ROUTER_HPP

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <larder/http/endpoint.hpp>

namespace larder::http {

/// Finds the endpoint of a request. Paths compare segment by segment and case-sensitively, each segment
/// decoded once. A literal segment takes precedence over a {parameter}, and that over a {name...}, which must
/// be the last segment and matches the rest of the path, even an empty one. Built before the server starts,
/// read-only afterwards.
class Router {
 public:
  /// Throws std::invalid_argument if the pattern is malformed, the route already exists, or the policy or the
  /// invalidation names a {parameter} that the pattern lacks.
  Endpoint& add(Endpoint endpoint);

  struct Match {
    const Endpoint* endpoint = nullptr;  ///< null if none matches: see the next two
    bool pathKnown = false;              ///< true: the method is not allowed (405); false: 404
    std::vector<std::string> allowed{};  ///< for a 405: the methods of that path, for Allow
  };

  /// Fills request.params. HEAD falls back to the GET endpoint; a method without an endpoint at that path
  /// falls back to the endpoint of anyMethod.
  Match match(Request& request) const;

  /// As Endpoint::method, stands for every method that has no endpoint of its own at that path.
  static constexpr std::string_view anyMethod = "*";

  const std::vector<std::unique_ptr<Endpoint>>& endpoints() const { return endpoints_; }

 private:
  struct Segment {
    std::string text;
    bool parameter = false;
    bool rest = false;  // the parameter takes the rest of the path
  };
  struct Route {
    std::vector<Segment> segments;
    std::map<std::string, Endpoint*, std::less<>> methods;
  };

  struct HashOfView {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  // The order in which segments are compared with a request: literals, then parameters, then rest parameters.
  static int rank(const Segment& segment);
  static std::vector<Segment> parse(const std::string& pattern);
  void listLiterals();
  static bool fits(const Route& route, std::string_view path);
  const Endpoint* literalFor(const Request& request) const;
  static Endpoint* endpointFor(const Route& route, std::string_view method);
  static void fillParams(const Route& route, Request& request);
  Match refusal(std::string_view path) const;

  std::vector<Route> routes_;  // literal segments first
  // The routes without parameters, by path; no other route takes precedence over one of them.
  std::unordered_map<std::string, std::size_t, HashOfView, std::equal_to<>> literals_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
};

}  // namespace larder::http

#endif
