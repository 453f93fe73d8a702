// SPDX-License-Identifier: Apache-2.0
#include "redis_backend.hpp"

#include "cluster_errand.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace larder::redis {
namespace {

constexpr std::int64_t longestTimeoutMs = 60'000;
constexpr std::int64_t mostPending = 1'000'000;
constexpr std::int64_t mostPendingBytes = std::int64_t{64} << 30;
constexpr std::int64_t longestPrefix = 256;
constexpr std::int64_t longestClientName = 64;
constexpr std::int64_t longestChoice = 16;
// Redis stores strings of up to 512 MiB, including the version that this plugin prepends.
constexpr std::int64_t largestValue = (std::int64_t{512} << 20) - static_cast<std::int64_t>(versionSize);

constexpr std::array optionTable{
    plugin::option("url", LARDER_OPTION_STRING, "redis://localhost:6379/0",
                   "redis[s]://[[user]:password@]host[:port][/database], "
                   "redis-sentinel://[[user]:password@]host[:port],.../service[/database], "
                   "redis-cluster://[[user]:password@]host[:port],... or unix:///path.sock[?db=N]",
                   1, 4096, LARDER_OPTION_SECRET | LARDER_OPTION_URL),
    plugin::option("timeout", LARDER_OPTION_DURATION, "1s",
                   "a server that sends nothing for so long while answers are due is disconnected", 1,
                   longestTimeoutMs),
    plugin::option("connect_timeout", LARDER_OPTION_DURATION, "1s",
                   "for look-up of the host, connecting and logging in together", 1, longestTimeoutMs),
    plugin::option("max_pending", LARDER_OPTION_INTEGER, "10000",
                   "operations that wait for the server; one more is answered overloaded", 1, mostPending),
    plugin::option("max_pending_bytes", LARDER_OPTION_SIZE, "64MiB",
                   "keys and values of these operations; further ones are answered overloaded", 1,
                   mostPendingBytes),
    plugin::option("max_value", LARDER_OPTION_SIZE, "64MiB", "the largest value that is stored", 1,
                   largestValue),
    plugin::option("auth_file", LARDER_OPTION_STRING, "",
                   "a file whose first line is the password; a changed one is used within about a second"),
    plugin::option("sentinel_password", LARDER_OPTION_STRING, "",
                   "for redis-sentinel://: of the sentinels themselves", 0, 0, LARDER_OPTION_SECRET),
    plugin::option("on_new_server", LARDER_OPTION_STRING, "clear",
                   "clear or keep what a restarted server or a promoted replica still has: it may be older",
                   1, longestChoice),
    plugin::option("client_name", LARDER_OPTION_STRING, "larder",
                   "what CLIENT LIST shows of the connections; letters, digits and punctuation", 1,
                   longestClientName),
    plugin::option("key_prefix", LARDER_OPTION_STRING, "larder:",
                   "begins every key in Redis; sets applications on one server apart", 0, longestPrefix),
    plugin::option("tls_ca", LARDER_OPTION_STRING, "",
                   "for rediss://: a file of the authorities that are trusted; empty: those of the system"),
    plugin::option("tls_certificate", LARDER_OPTION_STRING, "",
                   "for rediss://: a file with this client's certificate and its chain"),
    plugin::option("tls_key", LARDER_OPTION_STRING, "",
                   "a file with the certificate's key; empty: it lies in the same file"),
    plugin::option("tls_server_name", LARDER_OPTION_STRING, "",
                   "what the server's certificate must be for; empty: the URL's host"),
    plugin::option(
        "tracking", LARDER_OPTION_BOOLEAN, "true",
        "tell callers that keep copies what other clients change: CLIENT TRACKING, Redis 6 or newer"),
};

// The host checks ranges too. This check covers hosts that do not, and missing settings.
std::int64_t numberOf(const plugin::Settings& settings, std::string_view name) {
  const auto* option = std::find_if(optionTable.begin(), optionTable.end(),
                                    [&](const auto& row) { return plugin::view(row.name) == name; });
  const std::int64_t number = settings.number(name);
  if (number >= option->min && number <= option->max) return number;
  throw plugin::ConfigError(std::string(name) + ": must be from " + std::to_string(option->min) + " to " +
                            std::to_string(option->max));
}

// Redis's own cursor, a number, or a position in a cluster; empty for the first page.
bool isCursor(std::string_view text, bool inCluster) {
  if (inCluster) return readScanPosition(text).has_value();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return text.empty() || (error == std::errc() && end == text.data() + text.size());
}

// A brace would begin the hash tag of every key, and all entries would lie in one slot.
std::string prefixOf(const plugin::Settings& settings, const RedisUrl& url) {
  const std::string_view prefix = settings.text("key_prefix");
  if (!url.cluster.empty() && prefix.find('{') != std::string_view::npos)
    throw plugin::ConfigError("key_prefix: must not contain { with redis-cluster://");
  if (prefix.size() <= longestPrefix) return std::string(prefix);
  throw plugin::ConfigError("key_prefix: must be at most " + std::to_string(longestPrefix) + " bytes");
}

// Redis accepts no other characters.
std::string clientNameOf(const plugin::Settings& settings) {
  const std::string_view name = settings.text("client_name");
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (plain && !name.empty() && name.size() <= longestClientName) return std::string(name);
  throw plugin::ConfigError("client_name: must be 1 to " + std::to_string(longestClientName) +
                            " letters, digits and punctuation marks, without spaces");
}

Credentials credentialsOf(const RedisUrl& url, std::string_view file) {
  if (!file.empty() && !url.password.empty())
    throw plugin::ConfigError("auth_file: the url has a password, too; take one of them away");
  if (file.empty() && !url.user.empty() && url.password.empty())
    throw plugin::ConfigError(
        "url: a user needs a password: user:password@, or one in auth_file; a password alone is written "
        ":password@");
  return {url.user, url.password, std::string(file)};
}

bool clearsOnNewServer(std::string_view text) {
  if (text != "clear" && text != "keep")
    throw plugin::ConfigError("on_new_server: must be \"clear\" or \"keep\"");
  return text == "clear";
}

TlsOptions tlsOf(const plugin::Settings& settings) {
  const auto text = [&](std::string_view name) { return std::string(settings.text(name)); };
  return {text("tls_ca"), text("tls_certificate"), text("tls_key"), text("tls_server_name")};
}

// Opens the files now, so that a missing file is reported at startup rather than at the first connection.
Options optionsOf(const plugin::Settings& settings) try {
  RedisUrl url = parseRedisUrl(settings.text("url"));
  TlsOptions tls = tlsOf(settings);
  if (url.tls) TlsSession(-1, tls, url.server.host);
  Credentials credentials = credentialsOf(url, settings.text("auth_file"));
  std::string prefix = prefixOf(settings, url);
  return {std::move(url),
          std::move(credentials),
          std::move(tls),
          std::chrono::milliseconds(numberOf(settings, "timeout")),
          std::chrono::milliseconds(numberOf(settings, "connect_timeout")),
          static_cast<std::size_t>(numberOf(settings, "max_pending")),
          static_cast<std::uint64_t>(numberOf(settings, "max_pending_bytes")),
          std::move(prefix),
          clientNameOf(settings),
          std::string(settings.text("sentinel_password")),
          clearsOnNewServer(settings.text("on_new_server"))};
} catch (const plugin::ConfigError&) {
  throw;
} catch (const std::runtime_error& fault) {
  throw plugin::ConfigError(fault.what());
}

}  // namespace

plugin::Info RedisBackend::info() {
  return {"Larder", "Apache-2.0", optionTable.data(), static_cast<std::uint32_t>(optionTable.size())};
}

RedisBackend::RedisBackend(plugin::Host host, const plugin::Settings& settings)
    : host_(host),
      maxValueSize_(static_cast<std::uint64_t>(numberOf(settings, "max_value"))),
      tracks_(settings.number("tracking") != 0),
      options_(optionsOf(settings)) {
  if (options_.url.cluster.empty())
    loop_ = std::make_unique<IoLoop>(host, options_);
  else
    cluster_ = std::make_unique<Cluster>(host, options_);
}

void RedisBackend::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  const std::uint64_t now = host_.monotonicNs();
  for (std::uint32_t i = 0; i < count; ++i) results[i] = judge(*ops[i], now);
  if (cluster_)
    cluster_->submit(ops, count, results);
  else
    loop_->submit(ops, count, results);
}

// Returns LARDER_PENDING, or the final status of an operation that is not sent.
larder_status RedisBackend::judge(larder_op& op, std::uint64_t now) {
  larder_status status = plugin::isExtension(op.opcode)
                             ? plugin::checkExtension(op, maxKeySize(), maxValueSize())
                             : plugin::check(op, maxKeySize(), maxValueSize());
  if (status == LARDER_OK && op.opcode == LARDER_OP_SCAN &&
      !isCursor(plugin::view(op.value), cluster_ != nullptr))
    status = plugin::fail(op, LARDER_INVALID, "no cursor that a scan has answered");
  if (status == LARDER_OK) status = cluster_ ? cluster_->admit(op, now) : loop_->admit(op, now);
  if (status == LARDER_PENDING) return status;

  plugin::releaseDonation(op);
  counters().count(op.opcode, status);
  return status;
}

void RedisBackend::cancel(larder_op& op) noexcept {
  if (cluster_)
    cluster_->cancel(op);
  else
    loop_->cancel(op);
}

larder_status RedisBackend::drain(std::uint64_t deadlineNs) noexcept {
  return cluster_ ? cluster_->drain(deadlineNs) : loop_->drain(deadlineNs);
}

const void* RedisBackend::extension(std::string_view id) noexcept {
  const bool performed =
      id == LARDER_ATOMIC || id == LARDER_LOCK || id == LARDER_SCAN || id == LARDER_INTROSPECT;
  const bool announces = tracks_ && id == LARDER_INVALIDATION;
  return performed || announces ? &plugin::implemented : nullptr;
}

larder_status RedisBackend::listen(const larder_invalidation_listener* listener) noexcept try {
  changes_.reset();
  if (cluster_) {
    cluster_->listen(listener);
  } else if (listener != nullptr) {
    changes_ = std::make_unique<ChangeFeed>(host_, options_, loop_->counters(), *listener);
    changes_->awaitFirstAttempt();
  }
  return LARDER_OK;
} catch (const std::bad_alloc&) {
  return LARDER_NO_MEMORY;
} catch (const std::exception&) {
  return LARDER_INTERNAL;
}

}  // namespace larder::redis

LARDER_PLUGIN(larder::redis::RedisBackend, "redis", "0.2.0")
LARDER_DEFINE_SCHEMES("redis,rediss,redis-sentinel,redis-cluster,rediss-cluster");
