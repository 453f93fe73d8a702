// SPDX-License-Identifier: Apache-2.0
#include "http/target.hpp"

#include <algorithm>

#include "http/headers.hpp"

namespace larder::http {
namespace {

bool isLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// A fragment stays with the client, and bytes outside of ASCII are sent as escapes.
bool holdsUriBytesOnly(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

std::optional<std::string_view> withoutScheme(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (text.size() >= scheme.size() && equalsIgnoreCase(text.substr(0, scheme.size()), scheme))
      return text.substr(scheme.size());
  return std::nullopt;
}

}  // namespace

bool isAuthority(std::string_view text) {
  constexpr std::string_view others = "-._~%!$&'()*+;=:[]";
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return isLetterOrDigit(c) || others.find(c) != std::string_view::npos; });
}

std::optional<Target> splitTarget(std::string_view text, bool may_be_asterisk) {
  if (!holdsUriBytesOnly(text)) return std::nullopt;
  if (text == "*" && may_be_asterisk) return Target{"*", {}};
  if (text.starts_with('/')) return Target{std::string(text), {}};

  const auto rest = withoutScheme(text);
  if (!rest) return std::nullopt;
  const auto authority = rest->substr(0, rest->find_first_of("/?"));
  if (authority.empty() || !isAuthority(authority)) return std::nullopt;
  const auto path = rest->substr(authority.size());
  return Target{path.starts_with('/') ? std::string(path) : '/' + std::string(path), authority};
}

}  // namespace larder::http
