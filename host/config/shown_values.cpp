// SPDX-License-Identifier: Apache-2.0
#include "config/shown_values.hpp"

#include <larder/quantity.hpp>

#include <sstream>
#include <string_view>
#include <utility>

namespace larder::host {
namespace {

std::string shown(const std::string& text) { return text; }
std::string shown(bool value) { return value ? "true" : "false"; }
std::string shown(std::chrono::milliseconds duration) { return formatDuration(duration); }
std::string shown(ServerFront front) { return front == ServerFront::event ? "event" : "poco"; }

std::string shown(http::ForwardedBy fields) {
  return fields == http::ForwardedBy::forwarded ? "forwarded" : "x-forwarded";
}

std::string shown(AccessFormat format) {
  switch (format) {
    case AccessFormat::off: return "off";
    case AccessFormat::common: return "common";
    case AccessFormat::json: return "json";
  }
  return {};
}

std::string octal(std::uint32_t mode) {
  std::ostringstream text;
  text << '0' << std::oct << mode;
  return text.str();
}

// As short as possible: "0.01".
std::string shown(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

std::string bytes(std::size_t size) { return formatSize(static_cast<std::int64_t>(size)); }

std::string shown(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    default: return "off";
  }
}

template <class Elements>
std::string list(const Elements& elements) {
  std::string text;
  for (const auto& element : elements) text += (text.empty() ? "" : ",") + std::string(element);
  return text;
}

// The URL of a database server may contain a password; the path of a SQLite file does not.
std::string withoutPassword(const std::string& database) {
  if (database.starts_with("sqlite:")) return database;
  return database.substr(0, database.find(':') + 1) + "(hidden)";
}

}  // namespace

std::string originOf(const std::string& source) {
  const auto end = source.find_last_not_of(": ");
  return end == std::string::npos ? std::string("default") : source.substr(0, end + 1);
}

std::vector<ShownValue> shownFixedKeys(const Config& c) {
  const std::pair<const char*, std::string> values[] = {
      {"server.address", shown(c.server.address)},
      {"server.front", shown(c.server.front)},
      {"server.loops", std::to_string(c.server.loops)},
      {"server.workers", std::to_string(c.server.workers)},
      {"server.queue", std::to_string(c.server.queue)},
      {"server.max_connections", std::to_string(c.server.maxConnections)},
      {"server.max_head", bytes(c.server.maxHead)},
      {"server.max_body", bytes(c.server.maxBody)},
      {"server.max_body_memory", bytes(c.server.maxBodyMemory)},
      {"server.head_timeout", shown(c.server.headTimeout)},
      {"server.body_timeout", shown(c.server.bodyTimeout)},
      {"server.handler_timeout", shown(c.server.handlerTimeout)},
      {"server.drain_timeout", shown(c.server.drainTimeout)},
      {"server.idle_timeout", shown(c.server.idleTimeout)},
      {"server.write_timeout", shown(c.server.writeTimeout)},
      {"server.socket_mode", octal(c.server.socketMode)},
      {"server.trusted_proxies", list(c.server.origin.trustedProxies)},
      {"server.forwarded_by", shown(c.server.origin.forwardedBy)},
      {"server.hosts", list(c.server.origin.hosts)},
      {"server.metrics", shown(c.server.metrics)},
      {"admin.address", shown(c.admin.address)},
      {"admin.token_file", shown(c.admin.tokenFile)},
      {"cache.backend", shown(c.cache.backend)},
      {"cache.prefix", shown(c.cache.prefix)},
      {"cache.expire", shown(c.cache.expire)},
      {"cache.circuit_failures", std::to_string(c.cache.circuitFailures)},
      {"cache.circuit_open_for", shown(c.cache.circuitOpenFor)},
      {"cache.compress_from", bytes(c.cache.compressFrom)},
      {"plugins.directories", list(c.pluginDirectories)},
      {"plugins.strict", shown(c.plugins.strict)},
      {"plugins.sha256", list(c.plugins.sha256)},
      {"plugins.open_timeout", shown(c.plugins.openTimeout)},
      {"plugins.blocking_threads", std::to_string(c.plugins.blockingThreads)},
      {"users.database", withoutPassword(c.users.database)},
      {"users.delay", shown(c.users.delay)},
      {"sessions.backend", shown(c.sessions.backend)},
      {"sessions.idle", shown(c.sessions.idle)},
      {"sessions.absolute", shown(c.sessions.absolute)},
      {"sessions.secure", shown(c.sessions.secure)},
      {"sessions.logins_per_email", std::to_string(c.sessions.loginsPerEmail)},
      {"sessions.logins_per_address", std::to_string(c.sessions.loginsPerAddress)},
      {"log.access", shown(c.log.access)},
      {"log.level", shown(c.log.level)},
      {"tracing.sample", shown(c.tracing.options.sample)},
      {"tracing.follow_callers", shown(c.tracing.options.followCallers)},
      {"tracing.log", shown(c.tracing.log)},
      {"tracing.server_timing", shown(c.tracing.options.serverTiming)},
  };
  std::vector<ShownValue> rows;
  for (const auto& [key, value] : values) {
    const auto source = c.sources.find(key);
    rows.push_back({key, value, source == c.sources.end() ? "default" : originOf(source->second)});
  }
  return rows;
}

}  // namespace larder::host
