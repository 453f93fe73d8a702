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
#include <utility>
#include <vector>

#include <larder/http/request_origin.hpp>
#include <larder/http/route_policy.hpp>
#include <larder/http/tracing.hpp>
#include "config/setting.hpp"

namespace larder::host {

/// Thrown for a wrong configuration. The message is one line: where the key was given, its name, the fault
/// and what to write instead.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The server that accepts client requests: larder::http::EventServer or larder::http::PocoServer.
enum class ServerFront { event, poco };

struct ServerConfig {
  std::string address = "127.0.0.1:8080";  ///< host:port
  ServerFront front = ServerFront::event;
  std::size_t loops = 0;  ///< 0: one per core
  std::size_t workers = 16;
  std::size_t queue = 1024;  ///< requests waiting for a worker
  std::size_t maxConnections = 10'000;
  std::size_t maxHead = 32 << 10;         ///< bytes
  std::size_t maxBody = 1 << 20;          ///< bytes
  std::size_t maxBodyMemory = 256 << 20;  ///< bytes, across all requests
  std::chrono::milliseconds headTimeout{10'000};
  std::chrono::milliseconds bodyTimeout{30'000};
  std::chrono::milliseconds handlerTimeout{60'000};
  std::chrono::milliseconds idleTimeout{60'000};
  std::chrono::milliseconds drainTimeout{7'000};
  std::chrono::milliseconds writeTimeout{30'000};
  http::OriginOptions origin{};
  std::uint32_t socketMode = 0660;  ///< of the socket file, if `address` begins with unix:
  bool metrics = false;             ///< also serve GET /metrics here, not only on the admin listener
};

struct AdminConfig {
  std::string address = "127.0.0.1:9090";  ///< host:port
  bool addressGiven = false;
  std::string tokenFile;  ///< empty: no token
};

struct CacheConfig {
  std::string backend = "lru";  ///< a name in Config::backends
  std::string prefix = "larder";
  std::chrono::milliseconds expire{30'000};  ///< of cached endpoints that Config::routes does not override
  std::uint32_t circuitFailures = 5;         ///< as CircuitOptions::failures
  std::chrono::milliseconds circuitOpenFor{1000};
  std::size_t compressFrom = 0;  ///< bytes; as CacheOptions::compressFrom
};

/// Two backends combined by larder::openTiers.
struct TiersConfig {
  std::string l1;  ///< l1 and l2 name entries of Config::backends that are not tiers themselves
  std::string l2;
  TierOptions options{};
};

struct BackendConfig {
  std::string plugin;  ///< a name to look up in the plugin directories, or an absolute path; empty for tiers
  BackendSettings settings;
  /// The names in `settings` whose values came from the command line or a variable without quotes or
  /// brackets. If such an option is a list, commas separate its elements.
  std::set<std::string> plain{};
  /// Locates the plugin in place of `plugin`; its options take precedence over `settings`. May contain a
  /// password.
  std::optional<BackendUrl> url{};
  /// For each setting whose name ends in _file, the first line of the file it names. See openBackend().
  std::map<std::string, std::string> firstLines{};
  std::optional<TiersConfig> tiers{};
  /// Where each setting was given, formatted as a message prefix: "larder.toml:7: ".
  std::map<std::string, std::string> sources;
  std::map<std::string, Layer> layers{};
};

/// Restricts which plugin files may be loaded; see larder::LoadRules.
struct PluginsConfig {
  bool strict = false;
  std::vector<std::string> sha256;  ///< 64 hex digits each
  std::chrono::milliseconds openTimeout{10'000};
  std::size_t blockingThreads = 4;
};

struct UsersConfig {
  std::string database = "sqlite:users.db";  ///< may contain a password: never shown
  std::chrono::milliseconds delay{0};        ///< delays reads, to make visible the cost that the cache saves
};

struct SessionsConfig {
  std::string backend = "lru";  ///< a name in Config::backends
  std::chrono::milliseconds idle{30 * 60'000};
  std::chrono::milliseconds absolute{24 * 3'600'000};
  bool secure = true;                  ///< send the cookie only over TLS, except over http to localhost
  std::size_t loginsPerEmail = 10;     ///< attempts within five minutes; 0: no limit
  std::size_t loginsPerAddress = 100;  ///< the same, per client
};

struct RouteConfig {
  http::PolicyOverride rules;  ///< CacheConfig::expire applies if this has no expire
  /// Where each key was given ("expire", "expire_for.404"), as in BackendConfig::sources.
  std::map<std::string, std::string> sources;
  /// Each key's value as written.
  std::map<std::string, std::vector<std::string>> given;
};

/// The format of the access log, one line per response.
enum class AccessFormat { off, common, json };

struct LogConfig {
  LogLevel level = LogLevel::info;
  AccessFormat access = AccessFormat::off;
};

struct TracingConfig {
  http::TracingOptions options{};
  bool log = true;  ///< write spans to stdout
};

/// The configuration of `larder serve`, with all values checked, whatever their source.
struct Config {
  ServerConfig server;
  AdminConfig admin;
  CacheConfig cache;
  std::map<std::string, BackendConfig> backends;  ///< by name; includes those that cache and sessions use
  std::vector<std::filesystem::path> pluginDirectories;
  PluginsConfig plugins;
  UsersConfig users;
  SessionsConfig sessions;
  std::map<std::string, RouteConfig> routes;  ///< by "GET /users"
  LogConfig log;
  TracingConfig tracing;

  /// The fixed keys ("cache.expire") that were given, with their values as written.
  std::map<std::string, std::vector<std::string>> given;
  /// By these keys: the key's name as written, which may end in _file, and where.
  std::map<std::string, std::pair<std::string, Layer>> spelled;
  /// Where each of these keys was given, as in BackendConfig::sources.
  std::map<std::string, std::string> sources;
};

}  // namespace larder::host

#endif
