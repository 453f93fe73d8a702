// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_CONFIG_HPP
#define LARDER_CONFIG_CONFIG_HPP

#include <larder/backend.hpp>
#include <larder/host_services.hpp>
#include <larder/tiers.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/request_origin.hpp>
#include <larder/http/route_policy.hpp>

namespace larder::host {

/// The configuration is wrong. One line: where it was given, the key, what is wrong and what would be right.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What takes requests from clients: larder::http::EventServer or larder::http::PocoServer.
enum class ServerFront { event, poco };

struct ServerConfig {
  std::string address = "127.0.0.1:8080";  ///< host:port
  ServerFront front = ServerFront::event;
  std::size_t loops = 0;  ///< 0: one per core
  std::size_t workers = 16;
  std::size_t queue = 1024;  ///< requests that wait for a worker
  std::size_t maxConnections = 10'000;
  std::size_t maxHead = 32 << 10;         ///< bytes
  std::size_t maxBody = 1 << 20;          ///< bytes
  std::size_t maxBodyMemory = 256 << 20;  ///< bytes, of all requests together
  std::chrono::milliseconds headTimeout{10'000};
  std::chrono::milliseconds bodyTimeout{30'000};
  std::chrono::milliseconds handlerTimeout{60'000};
  std::chrono::milliseconds idleTimeout{60'000};
  std::chrono::milliseconds drainTimeout{7'000};
  std::chrono::milliseconds writeTimeout{30'000};
  http::OriginOptions origin{};
  std::uint32_t socketMode = 0660;  ///< of the file at a unix: address
  bool metrics = false;             ///< GET /metrics here too, not on the admin listener alone
};

struct AdminConfig {
  std::string address = "127.0.0.1:9090";  ///< host:port
  bool addressGiven = false;
  std::string tokenFile;  ///< empty: no token
};

struct CacheConfig {
  std::string backend = "lru";  ///< a name in Config::backends
  std::string prefix = "larder";
  std::chrono::milliseconds expire{30'000};  ///< of the cached endpoints, unless Config::routes says other
  std::uint32_t circuitFailures = 5;         ///< as CircuitOptions::failures
  std::chrono::milliseconds circuitOpenFor{1000};
  std::size_t compressFrom = 0;  ///< bytes; as CacheOptions::compressFrom
};

/// Two backends as one: larder::openTiers.
struct TiersConfig {
  std::string l1;  ///< names in Config::backends, which are no tiers themselves
  std::string l2;
  TierOptions options{};
};

struct BackendConfig {
  std::string plugin;  ///< a name to find in the plugin directories, or an absolute path; empty with tiers
  BackendSettings settings;
  /// Those of `settings` that a command line or variable gave without quotes or brackets: for an option that
  /// is a list, a comma separates its elements.
  std::set<std::string> plain{};
  /// Says where the plugin is, instead of `plugin`, and what goes before `settings`. May hold a password.
  std::optional<BackendUrl> url{};
  /// The first lines of the files that settings ending in _file name, by these settings: openBackend() says
  /// what for.
  std::map<std::string, std::string> firstLines{};
  std::optional<TiersConfig> tiers{};
  /// Where each of the settings was given, as messages begin: "larder.toml:7: ".
  std::map<std::string, std::string> sources;
};

/// Which plugin files may be loaded: larder::LoadRules says what it means.
struct PluginsConfig {
  bool strict = false;
  std::vector<std::string> sha256;  ///< 64 hex digits each
  std::chrono::milliseconds openTimeout{10'000};
  std::size_t blockingThreads = 4;
};

struct UsersConfig {
  std::string database = "sqlite:users.db";  ///< may hold a password: never shown
  std::chrono::milliseconds delay{0};        ///< before reads; makes the cost visible that the cache saves
};

struct SessionsConfig {
  std::string backend = "lru";  ///< a name in Config::backends
  std::chrono::milliseconds idle{30 * 60'000};
  std::chrono::milliseconds absolute{24 * 3'600'000};
  bool secure = true;                  ///< the cookie goes over TLS alone, and over http to localhost
  std::size_t loginsPerEmail = 10;     ///< tries within five minutes; 0: no limit
  std::size_t loginsPerAddress = 100;  ///< the same, from one client
};

struct RouteConfig {
  http::PolicyOverride rules;  ///< without expire, CacheConfig::expire holds
  /// Where each of its keys was given ("expire", "expire_for.404"), as in BackendConfig::sources.
  std::map<std::string, std::string> sources;
  /// Each of its keys as it was written.
  std::map<std::string, std::vector<std::string>> given;
};

/// What is written for each request that is answered: nothing, a line of the common log format, or of JSON.
enum class AccessFormat { off, common, json };

struct LogConfig {
  LogLevel level = LogLevel::info;
  AccessFormat access = AccessFormat::off;
};

/// How `larder serve` runs: checked values, whichever way they were given.
struct Config {
  ServerConfig server;
  AdminConfig admin;
  CacheConfig cache;
  std::map<std::string, BackendConfig> backends;  ///< by name; those of cache and sessions are among them
  std::vector<std::filesystem::path> pluginDirectories;
  PluginsConfig plugins;
  UsersConfig users;
  SessionsConfig sessions;
  std::map<std::string, RouteConfig> routes;  ///< by "GET /users"
  LogConfig log;

  /// The keys that were given, of those that every configuration has ("cache.expire"), as they were written.
  std::map<std::string, std::vector<std::string>> given;
  /// Where each of them was given, as in BackendConfig::sources.
  std::map<std::string, std::string> sources;
};

}  // namespace larder::host

#endif
