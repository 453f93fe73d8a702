// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_LIVE_KEYS_HPP
#define LARDER_CONFIG_LIVE_KEYS_HPP

#include <string>
#include <vector>

#include "config/config.hpp"

namespace larder::host {

/// The configuration in effect once a host that was started with `started` has taken over from `next` what a
/// reload takes over: the live keys, the routes and the backends. All other keys are those of `started`.
Config withLiveKeys(const Config& started, const Config& next);

/// The keys that differ between the two and take effect at the next start only, the options of the sessions'
/// backend among them: "server.workers", "backends.redis.url (of the sessions)".
std::vector<std::string> keysThatNeedARestart(const Config& started, const Config& next);

}  // namespace larder::host

#endif
