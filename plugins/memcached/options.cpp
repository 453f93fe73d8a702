// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <cstdint>

namespace larder::memcached {

namespace {

constexpr std::int64_t kMiB = 1024 * 1024;

// The default of max_value always fits into memcached's own default limit of 1 MiB for the whole item.
// Measured on 1.6, 59 bytes go to the item's header and up to 250 to the key, then 40 to this plugin's header
// and up to 2048 to the namespace and the key.
constexpr larder_option kOptions[] = {
    plugin::option("servers", LARDER_OPTION_STRING, "localhost:11211",
                   "host:port, [v6 address]:port or /path/of/socket; keys are spread over several", 0, 0,
                   LARDER_OPTION_LIST | LARDER_OPTION_URL),
    plugin::option("connections", LARDER_OPTION_INTEGER, "2", "Connections to each server, a thread each", 1,
                   64),
    plugin::option("timeout", LARDER_OPTION_DURATION, "500ms",
                   "The longest wait for an answer of a server; an operation's deadline may end it sooner", 1,
                   60'000),
    plugin::option("connect_timeout", LARDER_OPTION_DURATION, "500ms", "The longest wait for a connection", 1,
                   60'000),
    plugin::option("max_pending", LARDER_OPTION_INTEGER, "10000",
                   "Operations in progress or queued; further ones are refused as overload", 1, 10'000'000),
    plugin::option("max_pending_bytes", LARDER_OPTION_SIZE, "64MiB",
                   "Keys and values of the operations in progress or queued; further ones are refused", 1,
                   64 * 1024 * kMiB),
    plugin::option("max_value", LARDER_OPTION_SIZE, "1020KiB",
                   "The largest value; at least 4 KiB less than the servers' -I", 1, 1024 * kMiB),
    plugin::option("key_prefix", LARDER_OPTION_STRING, "larder:",
                   "Begins every key on the servers; backends with the same prefix share their entries"),
};

}  // namespace

std::span<const larder_option> optionsTable() { return kOptions; }

Options::Options(const plugin::Settings& settings)
    : servers(parseServers(settings.list("servers"))),
      connections(static_cast<std::size_t>(settings.number("connections"))),
      timeout(settings.number("timeout")),
      connectTimeout(settings.number("connect_timeout")),
      maxPending(static_cast<std::uint64_t>(settings.number("max_pending"))),
      maxPendingBytes(static_cast<std::uint64_t>(settings.number("max_pending_bytes"))),
      maxValue(static_cast<std::uint64_t>(settings.number("max_value"))),
      keyPrefix(settings.text("key_prefix")) {
  if (servers.size() * connections > kMaxConnections)
    throw plugin::ConfigError("connections: " + std::to_string(connections) + " to each of " +
                              std::to_string(servers.size()) + " servers are more than " +
                              std::to_string(kMaxConnections) + " in all; use fewer");
}

}  // namespace larder::memcached
