// SPDX-License-Identifier: Apache-2.0
#include "store_health.hpp"

#include <algorithm>

namespace larder::memcached {

StoreHealth::StoreHealth(plugin::Host host, std::span<const Server> servers)
    : host_(host), downSinceNs_(servers.size()), tryAgainNs_(servers.size()) {
  for (const auto& server : servers) names_.push_back(server.name());
}

bool StoreHealth::mayTry(std::size_t server, std::uint64_t nowNs) {
  if (!isDown(server)) return true;
  std::uint64_t again = tryAgainNs_[server].load();
  return nowNs >= again && tryAgainNs_[server].compare_exchange_strong(again, nowNs + kBackOffNs);
}

void StoreHealth::up(std::size_t server, std::uint64_t sentNs) {
  if (!isDown(server)) return;
  const std::lock_guard lock(changing_);
  if (!isDown(server) || sentNs <= downSinceNs_[server]) return;
  downSinceNs_[server] = 0;
  report(server, "answers again");
}

void StoreHealth::down(std::size_t server, std::string_view why) {
  if (isDown(server)) return;
  const std::lock_guard lock(changing_);
  if (isDown(server)) return;
  downSinceNs_[server] = std::max<std::uint64_t>(host_.monotonicNs(), 1);
  tryAgainNs_[server] = downSinceNs_[server] + kBackOffNs;
  report(server, why);
}

void StoreHealth::report(std::size_t server, std::string_view why) const {
  const std::string line = "memcached " + names_[server] + ": " + std::string(why);
  host_.log(isDown(server) ? LARDER_LOG_WARNING : LARDER_LOG_INFO, line);

  std::size_t missing = 0;
  for (std::size_t i = 0; i < names_.size(); ++i) missing += isDown(i) ? 1U : 0U;
  const bool all = missing == names_.size();
  const std::string reason = missing == 0 ? line
                                          : std::to_string(missing) + " of " + std::to_string(names_.size()) +
                                                " servers missing; " + line;
  const auto some = all ? LARDER_HEALTH_DOWN : LARDER_HEALTH_DEGRADED;
  host_.reportHealth(missing == 0 ? LARDER_HEALTH_UP : some, reason);
}

}  // namespace larder::memcached
