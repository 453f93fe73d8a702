// SPDX-License-Identifier: Apache-2.0
#include "http/forwarded.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace larder::http {
namespace {

enum class Quotes { plain, hold };

// Splits at `separator`, except inside quotes, and trims spaces.
std::vector<std::string_view> split(std::string_view text, char separator, Quotes quotes) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && quoted && text[i] == '\\') {
      ++i;
      continue;
    }
    if (i < text.size() && text[i] == '"') quoted = quotes == Quotes::hold && !quoted;
    if (i < text.size() && (quoted || text[i] != separator)) continue;
    parts.push_back(trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  return parts;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string plain;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

std::vector<std::string_view> elementsOf(const std::optional<std::string>& field, Quotes quotes) {
  return field ? split(*field, ',', quotes) : std::vector<std::string_view>();
}

}  // namespace

// In these two fields a quote has no meaning, and could hide what the proxy appends to its client's text.
std::vector<Hop> hopsOfXForwarded(const Headers& headers) {
  const auto clients_field = headers.joined("X-Forwarded-For");
  const auto schemes_field = headers.joined("X-Forwarded-Proto");
  const auto clients = elementsOf(clients_field, Quotes::plain);
  const auto schemes = elementsOf(schemes_field, Quotes::plain);
  std::vector<Hop> hops(std::max(clients.size(), schemes.empty() ? 0 : std::size_t{1}));
  for (std::size_t from_end = 1; from_end <= hops.size(); ++from_end) {
    auto& hop = hops[hops.size() - from_end];
    if (from_end <= clients.size()) hop.client = clients[clients.size() - from_end];
    if (!schemes.empty()) hop.scheme = schemes[schemes.size() - std::min(from_end, schemes.size())];
  }
  return hops;
}

std::vector<Hop> hopsOfForwarded(const Headers& headers) {
  std::vector<Hop> hops;
  const auto field = headers.joined("Forwarded");
  for (const auto element : elementsOf(field, Quotes::hold)) {
    auto& hop = hops.emplace_back();
    for (const auto pair : split(element, ';', Quotes::hold)) {
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos) continue;
      if (equalsIgnoreCase(pair.substr(0, equals), "for")) hop.client = unquoted(pair.substr(equals + 1));
      if (equalsIgnoreCase(pair.substr(0, equals), "proto")) hop.scheme = unquoted(pair.substr(equals + 1));
    }
  }
  return hops;
}

}  // namespace larder::http
