// SPDX-License-Identifier: Apache-2.0
#include <larder/http/router.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace larder::http {
namespace {

std::vector<std::string_view> splitPath(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(1);  // the leading slash
  for (;;) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool escaped(std::string_view text) { return text.find('%') != std::string_view::npos; }

bool decodesTo(std::string_view text, std::string_view wanted) {
  return escaped(text) ? percentDecode(text) == wanted : text == wanted;
}

[[noreturn]] void refuse(const Endpoint& endpoint, const std::string& why) {
  throw std::invalid_argument("route " + endpoint.name() + ": " + why);
}

// Checks that every {name} in a tag is a parameter of the route.
void checkPlaceholders(const Endpoint& endpoint, const std::string& tag) {
  for (auto open = tag.find('{'); open != std::string::npos; open = tag.find('{', open + 1)) {
    const auto close = tag.find('}', open);
    const auto placeholder = tag.substr(open, close == std::string::npos ? close : close - open + 1);
    const auto rest = "/" + placeholder.substr(0, placeholder.size() - 1) + "...}";
    const bool known = endpoint.pattern.find("/" + placeholder) != std::string::npos ||
                       endpoint.pattern.find(rest) != std::string::npos;
    if (close == std::string::npos || !known)
      refuse(endpoint, "tag \"" + tag + "\" names " + placeholder + ", which is not a parameter of the path");
  }
}

void checkTags(const Endpoint& endpoint) {
  if (endpoint.policy)
    for (const auto& tag : endpoint.policy->tags()) checkPlaceholders(endpoint, tag);
  for (const auto& tag : endpoint.invalidates) checkPlaceholders(endpoint, tag);
}

}  // namespace

std::string fillIn(const std::string& pattern, const Request& request) {
  std::string filled;
  for (std::size_t at = 0; at < pattern.size();) {
    const auto open = pattern.find('{', at);
    filled += pattern.substr(at, open == std::string::npos ? open : open - at);
    if (open == std::string::npos) break;
    const auto close = pattern.find('}', open);
    filled += request.param(pattern.substr(open + 1, close - open - 1));
    at = close + 1;
  }
  return filled;
}

int Router::rank(const Segment& segment) { return segment.rest ? 2 : segment.parameter ? 1 : 0; }

std::vector<Router::Segment> Router::parse(const std::string& pattern) {
  std::vector<Segment> segments;
  for (const auto text : splitPath(pattern)) {
    const bool parameter = text.size() > 2 && text.front() == '{' && text.back() == '}';
    if (!parameter && text.find_first_of("{}") != std::string_view::npos)
      throw std::invalid_argument("route " + pattern + ": segment \"" + std::string(text) +
                                  "\" must be a literal or one {name}");
    auto name = parameter ? text.substr(1, text.size() - 2) : text;
    const bool rest = parameter && name.ends_with("...") && name.size() > 3;
    if (rest) name.remove_suffix(3);
    if (!segments.empty() && segments.back().rest)
      throw std::invalid_argument("route " + pattern + ": {" + segments.back().text +
                                  "...} must be the last segment");
    segments.push_back({std::string(name), parameter, rest});
  }
  return segments;
}

Endpoint& Router::add(Endpoint endpoint) {
  if (endpoint.pattern.empty() || endpoint.pattern.front() != '/')
    refuse(endpoint, "the path must begin with a slash");
  if (!endpoint.handler) refuse(endpoint, "has no handler");
  checkTags(endpoint);

  const auto segments = parse(endpoint.pattern);
  const auto same = [&segments](const Route& route) {
    return std::equal(segments.begin(), segments.end(), route.segments.begin(), route.segments.end(),
                      [](const Segment& a, const Segment& b) {
                        return rank(a) == rank(b) && (a.parameter || a.text == b.text);
                      });
  };
  auto route = std::find_if(routes_.begin(), routes_.end(), same);
  if (route == routes_.end()) {
    // Orders by literalness, segment by segment, so that the first match is the most literal route.
    const auto before = [](const Route& left, const Route& right) {
      return std::lexicographical_compare(
          left.segments.begin(), left.segments.end(), right.segments.begin(), right.segments.end(),
          [](const Segment& a, const Segment& b) { return rank(a) < rank(b); });
    };
    Route added{segments, {}};
    route = routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), added, before), std::move(added));
    listLiterals();
  }
  if (route->methods.contains(endpoint.method)) refuse(endpoint, "is already registered");
  auto& kept = *endpoints_.emplace_back(std::make_unique<Endpoint>(std::move(endpoint)));
  route->methods[kept.method] = &kept;
  return kept;
}

void Router::listLiterals() {
  literals_.clear();
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const auto& segments = routes_[i].segments;
    if (std::ranges::any_of(segments, &Segment::parameter)) continue;
    std::string path;
    for (const auto& segment : segments) path += '/' + segment.text;
    literals_[path] = i;
  }
}

// Compares path and pattern in place: most requests contain no escape, so nothing is copied.
bool Router::fits(const Route& route, std::string_view path) {
  for (const auto& segment : route.segments) {
    if (path.empty()) return false;
    if (segment.rest) return true;
    const auto text = path.substr(1, path.find('/', 1) - 1);
    path.remove_prefix(1 + text.size());
    if (segment.parameter ? text.empty() : !decodesTo(text, segment.text)) return false;
  }
  return path.empty();
}

Endpoint* Router::endpointFor(const Route& route, std::string_view method) {
  auto found = route.methods.find(method);
  if (found == route.methods.end() && method == "HEAD") found = route.methods.find("GET");
  if (found == route.methods.end()) found = route.methods.find(anyMethod);
  return found == route.methods.end() ? nullptr : found->second;
}

const Endpoint* Router::literalFor(const Request& request) const {
  if (escaped(request.path)) return nullptr;
  const auto literal = literals_.find(std::string_view(request.path));
  return literal == literals_.end() ? nullptr : endpointFor(routes_[literal->second], request.method);
}

void Router::fillParams(const Route& route, Request& request) {
  request.params.clear();
  std::string_view path = request.path;
  for (const auto& segment : route.segments) {
    const auto text = segment.rest ? path.substr(1) : path.substr(1, path.find('/', 1) - 1);
    path.remove_prefix(1 + text.size());
    if (segment.parameter) request.params[segment.text] = percentDecode(text).value();
  }
}

Router::Match Router::match(Request& request) const {
  const std::string_view path = request.path;
  if (path.empty() || path.front() != '/') return {};
  if (const auto* endpoint = literalFor(request)) {
    request.params.clear();
    return {.endpoint = endpoint, .pathKnown = true, .allowed = {}};
  }
  if (escaped(path) && !percentDecode(path)) return {};
  for (const auto& route : routes_) {
    if (!fits(route, path)) continue;
    if (const auto* endpoint = endpointFor(route, request.method)) {
      fillParams(route, request);
      return {.endpoint = endpoint, .pathKnown = true, .allowed = {}};
    }
  }
  return refusal(path);
}

Router::Match Router::refusal(std::string_view path) const {
  Match match;
  for (const auto& route : routes_) {
    if (!fits(route, path)) continue;
    match.pathKnown = true;
    for (const auto& [method, endpoint] : route.methods) match.allowed.push_back(method);
  }
  return match;
}

}  // namespace larder::http
