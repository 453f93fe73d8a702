// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_LIVE_KEYS_HPP
#define LARDER_CONFIG_LIVE_KEYS_HPP

#include <string>
#include <vector>

#include "config/config.hpp"

namespace larder::host {

/// Returns the configuration in effect after a host started with `started` reloads `next`: live keys, routes
/// and backends come from `next`, all other keys from `started`.
Config withLiveKeys(const Config& started, const Config& next);

/// Returns the keys that differ and take effect only after a restart, including the options of the sessions'
/// backend: "server.workers", "backends.redis.url (of the sessions)".
std::vector<std::string> keysThatNeedARestart(const Config& started, const Config& next);

}  // namespace larder::host

#endif
