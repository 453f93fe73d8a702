// SPDX-License-Identifier: Apache-2.0
#include "server_list.hpp"

#include <larder/plugin.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <charconv>

namespace larder::memcached {

namespace {

constexpr std::uint16_t kDefaultPort = 11211;
constexpr std::size_t kMaxServers = 64;
constexpr std::size_t kMaxHostSize = 255;
constexpr std::size_t kMaxSocketPath = 107;  // size of sockaddr_un's sun_path without the closing NUL

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw plugin::ConfigError("servers: \"" + std::string(text) + "\" " + std::string(why) +
                            "; write host:port, [v6 address]:port or /path/of/socket");
}

bool isPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::uint16_t parsePort(std::string_view text, std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0)
    refuse(text, "has no port between 1 and 65535");
  return port;
}

Server parseSocket(std::string_view text) {
  if (text.size() > kMaxSocketPath) refuse(text, "is too long for a socket's path");
  return {std::string(text), 0};
}

Server parseBracketed(std::string_view text) {
  const auto close = text.find(']');
  if (close == std::string_view::npos || close == 1) refuse(text, "has no address in brackets");
  const auto rest = text.substr(close + 1);
  if (!rest.empty() && rest.front() != ':') refuse(text, "has something else than a port after ]");
  const auto port = rest.empty() ? kDefaultPort : parsePort(text, rest.substr(1));
  return {std::string(text.substr(1, close - 1)), port};
}

Server parseHost(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return {std::string(text), kDefaultPort};
  if (colon == 0) refuse(text, "has no host");
  if (text.find(':', colon + 1) != std::string_view::npos)
    refuse(text, "has more than one colon, and an IPv6 address needs brackets");
  return {std::string(text.substr(0, colon)), parsePort(text, text.substr(colon + 1))};
}

// The finalizer of MurmurHash3: every bit of the sum affects every bit of the bid.
std::uint64_t mix(std::uint64_t bits) {
  bits ^= bits >> 33;
  bits *= 0xff51afd7ed558ccdULL;
  bits ^= bits >> 33;
  bits *= 0xc4ceb9fe1a85ec53ULL;
  return bits ^ (bits >> 33);
}

}  // namespace

std::string Server::name() const {
  if (isSocket()) return host;
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Server parseServer(std::string_view text) {
  if (text.empty()) refuse(text, "is empty");
  if (text.size() > kMaxHostSize) refuse(text.substr(0, 32), "is too long");
  if (!isPlain(text)) refuse(text, "has a space or a character that is not printable ASCII");
  if (text.front() == '/') return parseSocket(text);
  if (text.front() == '[') return parseBracketed(text);
  return parseHost(text);
}

std::vector<Server> parseServers(const std::vector<std::string>& texts) {
  if (texts.empty())
    throw plugin::ConfigError("servers: the list is empty; name at least one, as in localhost:11211");
  if (texts.size() > kMaxServers) throw plugin::ConfigError("servers: more than 64; name at most 64");
  std::vector<Server> servers;
  for (const auto& text : texts) {
    Server server = parseServer(text);
    const auto same = [&](const Server& other) { return other.name() == server.name(); };
    if (std::any_of(servers.begin(), servers.end(), same)) refuse(text, "is there twice");
    servers.push_back(std::move(server));
  }
  return servers;
}

ServerChoice::ServerChoice(std::span<const Server> servers) {
  for (const auto& server : servers) {
    const std::string name = server.name();
    seeds_.push_back(XXH3_64bits(name.data(), name.size()));
  }
}

std::size_t ServerChoice::of(std::uint64_t keyHash) const {
  std::size_t winner = 0;
  std::uint64_t highest = 0;
  for (std::size_t i = 0; i < seeds_.size(); ++i) {
    const std::uint64_t bid = mix(seeds_[i] + keyHash);
    if (bid > highest) {
      highest = bid;
      winner = i;
    }
  }
  return winner;
}

}  // namespace larder::memcached
