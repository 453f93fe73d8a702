// SPDX-License-Identifier: Apache-2.0
#include "server_address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace larder::conformance {
namespace {

constexpr auto npos = std::string_view::npos;

bool isPort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

std::optional<ServerAddress> parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == npos || colon == 0 || !isPort(text.substr(colon + 1))) return std::nullopt;
  auto host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  const auto allowed = std::string(letters) + (bracketed ? ":" : "");
  if (host.empty() || host.find_first_not_of(allowed) != npos) return std::nullopt;
  return ServerAddress{std::string(host), std::string(text.substr(colon + 1))};
}

struct Range {
  std::size_t begin;
  std::size_t end;
};

// The range that may name servers: between user info and path of a URL, otherwise the whole value.
Range serversIn(std::string_view value) {
  const auto scheme = value.find("://");
  if (scheme == npos) return {0, value.size()};
  auto begin = scheme + 3;
  const auto end = std::min(value.find_first_of("/?#", begin), value.size());
  if (const auto at = value.substr(0, end).rfind('@'); at != npos && at >= begin) begin = at + 1;
  return {begin, end};
}

}  // namespace

std::string replaceServers(std::string_view value,
                           const std::function<std::string(const ServerAddress&)>& replacement) {
  const auto [begin, end] = serversIn(value);
  std::string replaced(value.substr(0, begin));
  for (auto at = begin; at <= end;) {
    const auto comma = std::min(value.find(',', at), end);
    const auto part = value.substr(at, comma - at);
    const auto address = parse(part);
    replaced += address ? replacement(*address) : std::string(part);
    if (comma == end) break;
    replaced += ',';
    at = comma + 1;
  }
  replaced += value.substr(end);
  return replaced;
}

}  // namespace larder::conformance
