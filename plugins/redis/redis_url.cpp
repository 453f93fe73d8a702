// SPDX-License-Identifier: Apache-2.0
#include "redis_url.hpp"

#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <larder/plugin.hpp>
#include <limits>
#include <optional>

namespace larder::redis {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw plugin::ConfigError("url: " + why); }

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 1 < text.size() ? hexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) refuse("a % must be followed by two hexadecimal digits; write %25 for % itself");
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::optional<std::uint32_t> decimal(std::string_view text, std::uint32_t max) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number > max)
    return std::nullopt;
  return number;
}

std::uint32_t parseDatabase(std::string_view text) {
  const auto number = decimal(text, std::numeric_limits<std::int32_t>::max());
  if (!number) refuse("the database must be a number from 0, as in redis://localhost:6379/0");
  return *number;
}

void parseCredentials(RedisUrl& result, std::string_view text) {
  const auto colon = text.find(':');
  result.user = percentDecoded(text.substr(0, colon));
  if (colon == std::string_view::npos) return;
  result.password = percentDecoded(text.substr(colon + 1));
  if (result.password.empty() && !result.user.empty()) refuse("the user's password is empty");
}

// Parses a leading "user:password@", if there is one, and returns the rest.
std::string_view takeCredentials(RedisUrl& result, std::string_view authority) {
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return authority;
  parseCredentials(result, authority.substr(0, at));
  return authority.substr(at + 1);
}

std::uint16_t parsePort(std::string_view text) {
  const auto port = decimal(text, std::numeric_limits<std::uint16_t>::max());
  if (!port || *port == 0) refuse("the port must be a number from 1 to 65535");
  return static_cast<std::uint16_t>(*port);
}

HostPort parseHost(std::string_view text, std::uint16_t defaultPort) {
  HostPort result{{}, defaultPort};
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) refuse("the IPv6 address lacks its closing bracket");
    result.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') refuse("only :port may follow the IPv6 address");
  } else {
    const auto colon = text.find(':');
    if (colon != text.rfind(':')) refuse("an IPv6 address stands in brackets, as in redis://[::1]:6379");
    result.host = text.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (result.host.empty()) refuse("the host is missing, as in redis://localhost:6379/0");
  if (!rest.empty()) result.port = parsePort(rest.substr(1));
  return result;
}

void refuseQuery(std::string_view rest) {
  if (rest.find_first_of("?#") != std::string_view::npos)
    refuse("redis:// takes no ? or #; the database is written /N, and %3F and %23 are the characters");
}

RedisUrl parseTcp(std::string_view rest) {
  RedisUrl result;
  refuseQuery(rest);
  const auto slash = rest.find('/');
  constexpr std::uint16_t port = 6379;
  result.server = parseHost(takeCredentials(result, rest.substr(0, slash)), port);
  if (slash != std::string_view::npos && slash + 1 < rest.size())
    result.database = parseDatabase(rest.substr(slash + 1));
  return result;
}

std::vector<HostPort> parseHosts(std::string_view hosts, std::uint16_t defaultPort) {
  std::vector<HostPort> result;
  for (auto comma = hosts.find(','); comma != std::string_view::npos; comma = hosts.find(',')) {
    result.push_back(parseHost(hosts.substr(0, comma), defaultPort));
    hosts.remove_prefix(comma + 1);
  }
  result.push_back(parseHost(hosts, defaultPort));
  return result;
}

RedisUrl parseCluster(std::string_view rest) {
  constexpr std::uint16_t port = 6379;
  constexpr std::size_t mostNodes = 64;
  RedisUrl result;
  refuseQuery(rest);
  const auto slash = rest.find('/');
  result.cluster = parseHosts(takeCredentials(result, rest.substr(0, slash)), port);
  if (result.cluster.size() > mostNodes)
    refuse("names more than " + std::to_string(mostNodes) + " nodes; a few are enough to find the others");
  if (slash != std::string_view::npos && slash + 1 < rest.size())
    refuse("a Redis Cluster has no database number, so nothing follows the slash");
  result.server = result.cluster.front();
  return result;
}

RedisUrl parseSentinel(std::string_view rest) {
  constexpr std::uint16_t port = 26379;
  RedisUrl result;
  refuseQuery(rest);
  const auto slash = rest.find('/');
  result.sentinels = parseHosts(takeCredentials(result, rest.substr(0, slash)), port);
  const std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  const auto second = path.find('/');
  result.service = percentDecoded(path.substr(0, second));
  if (result.service.empty())
    refuse("the service is missing, as in redis-sentinel://host:26379,host:26379/mymaster");
  if (second != std::string_view::npos && second + 1 < path.size())
    result.database = parseDatabase(path.substr(second + 1));
  return result;
}

RedisUrl parseUnix(std::string_view rest) {
  RedisUrl result;
  const auto query = rest.find('?');
  if (query != std::string_view::npos) {
    constexpr std::string_view key = "db=";
    const std::string_view parameter = rest.substr(query + 1);
    if (!parameter.starts_with(key)) refuse("a Unix socket takes only ?db=N");
    result.database = parseDatabase(parameter.substr(key.size()));
    rest = rest.substr(0, query);
  }
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) refuse("the socket's path is absolute, as in unix:///run/redis.sock");
  if (!takeCredentials(result, rest.substr(0, slash)).empty())
    refuse("a Unix socket has no host, so there are three slashes, as in unix:///run/redis.sock");
  result.socketPath = percentDecoded(rest.substr(slash));
  if (result.socketPath.find('\0') != std::string::npos) refuse("the socket's path holds a zero byte");
  if (result.socketPath.size() >= sizeof(sockaddr_un::sun_path))
    refuse("the socket's path is longer than " + std::to_string(sizeof(sockaddr_un::sun_path) - 1) +
           " bytes");
  return result;
}

bool isSpaceOrControl(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

}  // namespace

std::string RedisUrl::endpoint() const {
  if (!socketPath.empty()) return "redis " + socketPath;
  if (!sentinels.empty()) return "redis service " + service;
  if (!cluster.empty()) return "redis cluster " + cluster.front().text();
  return "redis " + server.text();
}

RedisUrl parseRedisUrl(std::string_view url) {
  constexpr std::string_view tcp = "redis://";
  constexpr std::string_view tls = "rediss://";
  constexpr std::string_view sentinel = "redis-sentinel://";
  constexpr std::string_view cluster = "redis-cluster://";
  constexpr std::string_view tlsCluster = "rediss-cluster://";
  if (std::any_of(url.begin(), url.end(), isSpaceOrControl))
    refuse("holds a space or control character; percent-encode it, a space is %20");
  if (url.starts_with(tcp)) return parseTcp(url.substr(tcp.size()));
  if (url.starts_with(sentinel)) return parseSentinel(url.substr(sentinel.size()));
  if (url.starts_with(cluster)) return parseCluster(url.substr(cluster.size()));
  if (url.starts_with(tlsCluster)) {
    RedisUrl result = parseCluster(url.substr(tlsCluster.size()));
    result.tls = true;
    return result;
  }
  for (const std::string_view local : {"redis+unix://", "unix://"})
    if (url.starts_with(local)) return parseUnix(url.substr(local.size()));
  if (url.starts_with(tls)) {
    RedisUrl result = parseTcp(url.substr(tls.size()));
    result.tls = true;
    return result;
  }
  refuse(
      "begins with redis://, rediss://, redis-sentinel://, redis-cluster://, rediss-cluster://, "
      "redis+unix:// "
      "or unix://, as in redis://localhost:6379/0");
}

}  // namespace larder::redis
