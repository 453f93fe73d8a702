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

/// Finds the endpoint of a request. Paths compare segment by segment, each decoded once, with case; a literal
/// segment goes before a {parameter}, and that before a {name...}, which may stand at the end for all that is
/// left of the path, be it nothing. Built before the server starts, read-only afterwards.
class Router {
 public:
  /// Throws std::invalid_argument if the pattern is malformed, the route is there already, or the policy or
  /// the invalidation names a {parameter} that the pattern has not.
  Endpoint& add(Endpoint endpoint);

  struct Match {
    const Endpoint* endpoint = nullptr;  ///< null: see the next two
    bool pathKnown = false;              ///< true: the method is not allowed (405), false: 404
    std::vector<std::string> allowed{};  ///< of a 405: the methods of that path, for Allow
  };

  /// Fills request.params. HEAD finds the GET endpoint where there is no HEAD one; a method that the path has
  /// no endpoint for finds that of anyMethod.
  Match match(Request& request) const;

  /// As Endpoint::method: every method that has no endpoint of its own there.
  static constexpr std::string_view anyMethod = "*";

  const std::vector<std::unique_ptr<Endpoint>>& endpoints() const { return endpoints_; }

 private:
  struct Segment {
    std::string text;
    bool parameter = false;
    bool rest = false;  // a parameter for all that follows
  };
  struct Route {
    std::vector<Segment> segments;
    std::map<std::string, Endpoint*, std::less<>> methods;
  };

  struct HashOfView {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  // By which segments a request is compared with first: literals, then parameters, then all that is left.
  static int rank(const Segment& segment);
  static std::vector<Segment> parse(const std::string& pattern);
  void listLiterals();
  static bool fits(const Route& route, std::string_view path);
  const Endpoint* literalFor(const Request& request) const;
  static Endpoint* endpointFor(const Route& route, std::string_view method);
  static void fillParams(const Route& route, Request& request);
  Match refusal(std::string_view path) const;

  std::vector<Route> routes_;  // literal segments first
  // Those without parameters, by their path; no other route goes before one of them.
  std::unordered_map<std::string, std::size_t, HashOfView, std::equal_to<>> literals_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
};

}  // namespace larder::http

#endif
