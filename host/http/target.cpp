// SPDX-License-Identifier: Apache-2.0
#include "http/target.hpp"

#include <algorithm>
#include <array>

#include <larder/http/headers.hpp>

namespace larder::http {
namespace {

constexpr auto kAuthorityBytes = [] {
  std::array<bool, 256> allowed{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                       "-._~%!$&'()*+;=:[]"))
    allowed[static_cast<unsigned char>(c)] = true;
  return allowed;
}();

// Clients do not send fragments, and send bytes outside ASCII percent-encoded.
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
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return kAuthorityBytes[static_cast<unsigned char>(c)]; });
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
