// SPDX-License-Identifier: Apache-2.0
#include "cluster_feeds.hpp"

#include "cluster_node.hpp"

#include <algorithm>

namespace larder::redis {

void ClusterFeeds::listen(const larder_invalidation_listener* listener,
                          const std::vector<HostPort>& masters) {
  const std::lock_guard lock(mutex_);
  feeds_.clear();
  listener_ = listener;
  if (listener == nullptr) return;
  addMissing(masters);
  for (const auto& [address, feed] : feeds_) feed->awaitFirstAttempt();
}

bool ClusterFeeds::follow(const std::vector<HostPort>& masters) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return false;
  if (listener_ == nullptr) return true;
  if (addMissing(masters)) listener_->lost(listener_->user);
  const auto isGone = [&](const auto& feed) {
    return std::none_of(masters.begin(), masters.end(),
                        [&](const HostPort& master) { return master.text() == feed.first; });
  };
  if (std::any_of(feeds_.begin(), feeds_.end(), isGone)) listener_->lost(listener_->user);
  std::erase_if(feeds_, isGone);
  return true;
}

// Returns true if there is a new one.
bool ClusterFeeds::addMissing(const std::vector<HostPort>& masters) {
  bool added = false;
  for (const HostPort& master : masters) {
    auto& feed = feeds_[master.text()];
    if (feed) continue;
    added = true;
    try {
      feed = std::make_unique<ChangeFeed>(host_, optionsOfNode(options_, master), noRefusals_, *listener_);
    } catch (...) {
      feeds_.erase(master.text());
      throw;
    }
  }
  return added;
}

}  // namespace larder::redis
