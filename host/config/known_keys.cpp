// SPDX-License-Identifier: Apache-2.0
#include "config/known_keys.hpp"

#include <larder/spelling_suggestion.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <system_error>

#include "config/read_file.hpp"
#include "config/route_keys.hpp"
#include "config/values.hpp"

namespace larder::host {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kFile = "_file";  // a key with this ending names a file that holds the value
constexpr milliseconds kShortestTimeout{100};

// A mistyped digest would make the host refuse its plugin, with nothing pointing at this key.
std::vector<std::string> digestsOf(const Setting& setting) {
  auto digests = listOf(setting, "9f86d081...");
  for (const auto& digest : digests)
    if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
      refuse(setting,
             inQuotes(digest) + " is not a SHA-256; write its 64 hex digits, as sha256sum prints them");
  return digests;
}

ServerFront frontOf(const Setting& setting) {
  const auto& text = textOf(setting);
  if (text == "event") return ServerFront::event;
  if (text == "poco") return ServerFront::poco;
  refuse(setting, inQuotes(text) + " is not a front; use event or poco");
}

http::ForwardedBy forwardedByOf(const Setting& setting) {
  const auto& text = textOf(setting);
  if (text == "x-forwarded") return http::ForwardedBy::xForwarded;
  if (text == "forwarded") return http::ForwardedBy::forwarded;
  refuse(setting, inQuotes(text) + " is not a header format; use x-forwarded or forwarded");
}

// Validates one of the lists by constructing the object that uses it.
void check(const Setting& setting, const http::OriginOptions& options) {
  try {
    const http::RequestOrigin origin(options);
  } catch (const std::invalid_argument& error) {
    refuse(setting, error.what());
  }
}

std::vector<std::string> proxiesOf(const Setting& setting) {
  auto proxies = listOf(setting, "127.0.0.1");
  check(setting, {.trustedProxies = proxies});
  return proxies;
}

std::vector<std::string> hostsOf(const Setting& setting) {
  auto hosts = listOf(setting, "shop.example");
  check(setting, {.hosts = hosts});
  return hosts;
}

// Parses the mode as chmod does. An unquoted TOML number would be read as decimal.
std::uint32_t modeOf(const Setting& setting) {
  const auto& text = textOf(setting);
  std::uint32_t mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error != std::errc() || end != text.data() + text.size() || mode > 0777)
    refuse(setting, inQuotes(text) + " is not a file mode; write it like \"0660\", up to 0777");
  return mode;
}

// Clients of the admin listener connect over TCP.
const std::string& portAddressOf(const Setting& setting) {
  const auto& text = textOf(setting);
  if (text.starts_with("unix:") || text.starts_with("systemd"))
    refuse(setting, inQuotes(text) + " is not a host and port; write it like 127.0.0.1:9090");
  return text;
}

LogLevel levelOf(const Setting& setting) {
  const auto& text = textOf(setting);
  if (text == "debug") return LogLevel::debug;
  if (text == "info") return LogLevel::info;
  if (text == "warning") return LogLevel::warning;
  if (text == "error") return LogLevel::error;
  refuse(setting, inQuotes(text) + " is not a level; use debug, info, warning or error");
}

AccessFormat accessFormatOf(const Setting& setting) {
  const auto& text = textOf(setting);
  if (text == "off") return AccessFormat::off;
  if (text == "common") return AccessFormat::common;
  if (text == "json") return AccessFormat::json;
  refuse(setting, inQuotes(text) + " is not an access log format; use off, common or json");
}

struct KnownKey {
  FixedKey key;
  void (*take)(const Setting& setting, Config& config);
  bool live = false;  // a reload applies it
};

const KnownKey kKnownKeys[] = {
    {{"server", "address"}, [](const Setting& s, Config& c) { c.server.address = textOf(s); }},
    {{"server", "front"}, [](const Setting& s, Config& c) { c.server.front = frontOf(s); }},
    {{"server", "loops"},
     [](const Setting& s, Config& c) { c.server.loops = static_cast<std::size_t>(integerOf(s, 0, 256)); }},
    {{"server", "workers"},
     [](const Setting& s, Config& c) { c.server.workers = static_cast<std::size_t>(integerOf(s, 1, 1024)); }},
    {{"server", "queue"},
     [](const Setting& s, Config& c) {
       c.server.queue = static_cast<std::size_t>(integerOf(s, 1, 1'000'000));
     }},
    {{"server", "max_connections"},
     [](const Setting& s, Config& c) {
       c.server.maxConnections = static_cast<std::size_t>(integerOf(s, 1, 1'000'000));
     }},
    {{"server", "max_head"},
     [](const Setting& s, Config& c) { c.server.maxHead = sizeOf(s, 1 << 10, 1 << 20); }},
    {{"server", "max_body"}, [](const Setting& s, Config& c) { c.server.maxBody = sizeOf(s, 0, 1 << 30); }},
    {{"server", "max_body_memory"},
     [](const Setting& s, Config& c) { c.server.maxBodyMemory = sizeOf(s, 1 << 20, std::int64_t{1} << 40); }},
    {{"server", "head_timeout"},
     [](const Setting& s, Config& c) { c.server.headTimeout = durationOf(s, kShortestTimeout, kOneHour); }},
    {{"server", "body_timeout"},
     [](const Setting& s, Config& c) { c.server.bodyTimeout = durationOf(s, kShortestTimeout, kOneHour); }},
    {{"server", "handler_timeout"},
     [](const Setting& s, Config& c) {
       c.server.handlerTimeout = durationOf(s, kShortestTimeout, kOneHour);
     }},
    {{"server", "drain_timeout"},
     [](const Setting& s, Config& c) { c.server.drainTimeout = durationOf(s, milliseconds(0), kOneHour); }},
    {{"server", "idle_timeout"},
     [](const Setting& s, Config& c) { c.server.idleTimeout = durationOf(s, kShortestTimeout, kOneHour); }},
    {{"server", "write_timeout"},
     [](const Setting& s, Config& c) { c.server.writeTimeout = durationOf(s, kShortestTimeout, kOneHour); }},
    {{"server", "socket_mode"}, [](const Setting& s, Config& c) { c.server.socketMode = modeOf(s); }},
    {{"server", "trusted_proxies"},
     [](const Setting& s, Config& c) { c.server.origin.trustedProxies = proxiesOf(s); }},
    {{"server", "forwarded_by"},
     [](const Setting& s, Config& c) { c.server.origin.forwardedBy = forwardedByOf(s); }},
    {{"server", "hosts"}, [](const Setting& s, Config& c) { c.server.origin.hosts = hostsOf(s); }},
    {{"server", "metrics"}, [](const Setting& s, Config& c) { c.server.metrics = booleanOf(s); }},
    {{"admin", "address"},
     [](const Setting& s, Config& c) {
       c.admin.address = portAddressOf(s);
       c.admin.addressGiven = true;
     }},
    {{"admin", "token_file"}, [](const Setting& s, Config& c) { c.admin.tokenFile = textOrNoneOf(s); }},
    {{"cache", "backend"}, [](const Setting& s, Config& c) { c.cache.backend = textOf(s); }, true},
    {{"cache", "prefix"}, [](const Setting& s, Config& c) { c.cache.prefix = textOf(s); }},
    {{"cache", "expire"},
     [](const Setting& s, Config& c) { c.cache.expire = durationOf(s, milliseconds(1), kOneYear); },
     true},
    {{"cache", "circuit_failures"},
     [](const Setting& s, Config& c) {
       c.cache.circuitFailures = static_cast<std::uint32_t>(integerOf(s, 1, 1000));
     }},
    {{"cache", "circuit_open_for"},
     [](const Setting& s, Config& c) { c.cache.circuitOpenFor = durationOf(s, milliseconds(10), kOneHour); }},
    {{"cache", "compress_from"},
     [](const Setting& s, Config& c) { c.cache.compressFrom = compressFromOf(s); }},
    {{"plugins", "directories"},
     [](const Setting& s, Config& c) {
       const auto list = listOf(s, "/opt/larder/plugins");
       c.pluginDirectories.assign(list.begin(), list.end());
     }},
    {{"plugins", "strict"}, [](const Setting& s, Config& c) { c.plugins.strict = booleanOf(s); }},
    {{"plugins", "sha256"}, [](const Setting& s, Config& c) { c.plugins.sha256 = digestsOf(s); }},
    {{"plugins", "open_timeout"},
     [](const Setting& s, Config& c) { c.plugins.openTimeout = durationOf(s, kShortestTimeout, kOneHour); }},
    {{"plugins", "blocking_threads"},
     [](const Setting& s, Config& c) {
       c.plugins.blockingThreads = static_cast<std::size_t>(integerOf(s, 1, 64));
     }},
    {{"users", "database"}, [](const Setting& s, Config& c) { c.users.database = textOf(s); }},
    {{"users", "delay"},
     [](const Setting& s, Config& c) { c.users.delay = durationOf(s, milliseconds(0), kOneHour); }},
    {{"sessions", "backend"}, [](const Setting& s, Config& c) { c.sessions.backend = textOf(s); }},
    {{"sessions", "idle"},
     [](const Setting& s, Config& c) { c.sessions.idle = durationOf(s, milliseconds(1000), kOneYear); }},
    {{"sessions", "absolute"},
     [](const Setting& s, Config& c) { c.sessions.absolute = durationOf(s, milliseconds(1000), kOneYear); }},
    {{"sessions", "secure"}, [](const Setting& s, Config& c) { c.sessions.secure = booleanOf(s); }},
    {{"sessions", "logins_per_email"},
     [](const Setting& s, Config& c) {
       c.sessions.loginsPerEmail = static_cast<std::size_t>(integerOf(s, 0, 1'000'000));
     }},
    {{"sessions", "logins_per_address"},
     [](const Setting& s, Config& c) {
       c.sessions.loginsPerAddress = static_cast<std::size_t>(integerOf(s, 0, 1'000'000));
     }},
    {{"log", "access"}, [](const Setting& s, Config& c) { c.log.access = accessFormatOf(s); }, true},
    {{"log", "level"}, [](const Setting& s, Config& c) { c.log.level = levelOf(s); }, true},
    {{"tracing", "sample"}, [](const Setting& s, Config& c) { c.tracing.options.sample = shareOf(s); }, true},
    {{"tracing", "follow_callers"},
     [](const Setting& s, Config& c) { c.tracing.options.followCallers = booleanOf(s); },
     true},
    {{"tracing", "log"}, [](const Setting& s, Config& c) { c.tracing.log = booleanOf(s); }, true},
    {{"tracing", "server_timing"},
     [](const Setting& s, Config& c) { c.tracing.options.serverTiming = booleanOf(s); },
     true},
};

std::vector<std::string> sectionNames() {
  std::vector<std::string> names{"backends", "route"};
  for (const auto& known : kKnownKeys)
    if (std::find(names.begin(), names.end(), known.key.section) == names.end())
      names.emplace_back(known.key.section);
  return names;
}

std::vector<std::string> keyNames(std::string_view section) {
  std::vector<std::string> names;
  for (const auto& known : kKnownKeys)
    if (known.key.section == section) names.emplace_back(known.key.name);
  return names;
}

const KnownKey* keyOf(std::string_view section, std::string_view name) {
  const auto* const known = std::find_if(
      std::begin(kKnownKeys), std::end(kKnownKeys),
      [&](const KnownKey& each) { return each.key.section == section && each.key.name == name; });
  return known == std::end(kKnownKeys) ? nullptr : known;
}

// `as` is the setting as it was written: its key may end in _file.
void take(const KnownKey& known, const Setting& setting, const Setting& as, Config& config) {
  known.take(setting, config);
  const auto key = std::string(known.key.section) + "." + std::string(known.key.name);
  const auto [earlier, first] = config.spelled.try_emplace(key, as.path[1], as.layer);
  if (!first && earlier->second.second == as.layer && earlier->second.first != as.path[1])
    refuse(as, inQuotes(earlier->second.first) + " is set too; remove one of them");
  earlier->second = {as.path[1], as.layer};
  config.given[key] = setting.texts;
  config.sources[key] = setting.source;
}

void applyFixed(const Setting& setting, Config& config) {
  const auto& section = setting.path.front();
  const auto names = keyNames(section);
  if (names.empty())
    refuse(setting, "unknown section " + inQuotes(section) + suggestion(section, sectionNames()));
  if (setting.path.size() == 1) {
    if (setting.kind != Setting::Kind::section)
      refuse(setting, "is a section, not a value; write [" + section + "]");
    return;
  }
  const auto& name = setting.path[1];
  if (setting.path.size() > 2) refuse(setting, inQuotes(name) + " is a value, not a section");
  if (const auto* known = keyOf(section, name)) return take(*known, setting, setting, config);
  const auto* known =
      name.ends_with(kFile) ? keyOf(section, name.substr(0, name.size() - kFile.size())) : nullptr;
  if (known == nullptr) refuse(setting, "unknown key " + inQuotes(name) + suggestion(name, names));
  Setting from_file = setting;
  from_file.path[1] = known->key.name;
  from_file.kind = Setting::Kind::plain;
  from_file.texts = {firstLineOf(textOf(setting), setting.source + setting.name() + ": ")};
  take(*known, from_file, setting, config);
}

// Returns true for a key of tiers; no plugin can have an option with such a name.
bool applyTiers(const Setting& setting, BackendConfig& backend) {
  const auto& key = setting.path[2];
  if (key != "l1" && key != "l2" && key != "l1_ttl") return false;
  if (!backend.tiers) backend.tiers.emplace();
  if (key == "l1") backend.tiers->l1 = textOf(setting);
  if (key == "l2") backend.tiers->l2 = textOf(setting);
  if (key == "l1_ttl") backend.tiers->options.l1Ttl = durationOf(setting, milliseconds(1), kOneYear);
  backend.sources[key] = setting.source;
  return true;
}

// The options are checked against the plugin's table once the plugin is loaded.
void applyBackend(const Setting& setting, Config& config) {
  if (setting.path.size() < 3) {
    if (setting.kind != Setting::Kind::section)
      refuse(setting, "is a section, not a value; write [backends.NAME]");
    if (setting.path.size() == 2) config.backends[setting.path[1]];
    return;
  }
  const bool is_value = setting.kind != Setting::Kind::section && setting.kind != Setting::Kind::real &&
                        setting.kind != Setting::Kind::unsupported;
  if (setting.path.size() > 3 || !is_value)
    refuse(setting, "takes a string, a whole number, true or false, or a list of these");
  BackendConfig& backend = config.backends[setting.path[1]];
  const auto& option = setting.path[2];
  if (option == "plugin") {
    backend.plugin = textOf(setting);
    backend.sources[option] = setting.source;
    return;
  }
  if (applyTiers(setting, backend)) return;
  backend.settings[option] = setting.texts;
  if (setting.kind == Setting::Kind::plain)
    backend.plain.insert(option);
  else
    backend.plain.erase(option);
  backend.sources[option] = setting.source;
  backend.layers[option] = setting.layer;
  backend.firstLines.erase(option);
  if (!option.ends_with(kFile) || setting.texts.size() != 1) return;
  try {
    backend.firstLines[option] = firstLineOf(setting.texts.front());
  } catch (const ConfigError&) {
    // The plugin may have an option with this name. openBackend() knows, and otherwise refuses the unread
    // file.
  }
}

std::vector<std::string> namesOf(bool live) {
  std::vector<std::string> names;
  for (const auto& known : kKnownKeys)
    if (known.live == live)
      names.push_back(std::string(known.key.section) + "." + std::string(known.key.name));
  return names;
}

}  // namespace

void apply(const Setting& setting, Config& config) {
  if (setting.path.front() == "backends") return applyBackend(setting, config);
  if (setting.path.front() == "route") return applyRoute(setting, config);
  applyFixed(setting, config);
}

std::vector<std::string> liveKeys() { return namesOf(true); }
std::vector<std::string> startKeys() { return namesOf(false); }

std::vector<FixedKey> fixedKeys() {
  std::vector<FixedKey> keys;
  for (const auto& known : kKnownKeys) keys.push_back(known.key);
  return keys;
}

}  // namespace larder::host
