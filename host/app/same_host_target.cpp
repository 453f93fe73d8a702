// SPDX-License-Identifier: Apache-2.0
#include "app/same_host_target.hpp"

#include <algorithm>
#include <vector>

namespace larder::http {
namespace {

// Strips the scheme. Returns the reference itself if it has none, and nullopt for schemes other than http and
// https.
std::optional<std::string_view> withoutScheme(std::string_view reference) {
  const auto colon = reference.find(':');
  if (colon == std::string_view::npos || reference.find_first_of("/?") < colon) return reference;
  const auto scheme = reference.substr(0, colon);
  if (!equalsIgnoreCase(scheme, "http") && !equalsIgnoreCase(scheme, "https")) return std::nullopt;
  const auto rest = reference.substr(colon + 1);
  return rest.starts_with("//") ? std::optional(rest) : std::nullopt;
}

// Removes "." and ".." segments (RFC 3986 5.2.4).
std::string withoutDots(std::string_view path) {
  std::vector<std::string_view> segments;
  bool ends_in_slash = false;
  for (std::size_t begin = 1; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto segment = path.substr(begin, end - begin);
    ends_in_slash = segment == "." || segment == ".." || (segment.empty() && end == path.size());
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (segment != "." && !(segment.empty() && end == path.size())) {
      segments.push_back(segment);
    }
    begin = end + 1;
  }
  std::string clean;
  for (const auto segment : segments) clean.append("/").append(segment);
  if (clean.empty() || ends_in_slash) clean += '/';
  return clean;
}

}  // namespace

std::optional<std::string> sameHostTarget(const Request& request, std::string_view reference) {
  reference = reference.substr(0, reference.find('#'));
  const auto named = withoutScheme(reference);
  if (!named) return std::nullopt;
  auto rest = *named;
  if (rest.starts_with("//")) {
    const auto host = rest.substr(2, rest.find_first_of("/?", 2) - 2);
    if (!equalsIgnoreCase(host, request.headers.get("Host").value_or(""))) return std::nullopt;
    rest.remove_prefix(2 + host.size());
    if (!rest.starts_with('/')) return "/" + std::string(rest);
  }
  if (rest.empty()) return request.target;
  if (rest.starts_with('?')) return request.path + std::string(rest);
  const auto query = rest.substr(std::min(rest.find('?'), rest.size()));
  const auto path = rest.substr(0, rest.size() - query.size());
  if (path.starts_with('/')) return withoutDots(path).append(query);
  const auto directory = request.path.substr(0, request.path.rfind('/') + 1);
  return withoutDots(directory + std::string(path)).append(query);
}

}  // namespace larder::http
