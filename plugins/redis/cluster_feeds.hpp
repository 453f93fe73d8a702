// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CLUSTER_FEEDS_HPP
#define LARDER_REDIS_CLUSTER_FEEDS_HPP

#include "change_feed.hpp"
#include "counters.hpp"
#include "options.hpp"
#include "redis_url.hpp"

#include <larder/plugin.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace larder::redis {

/// A ChangeFeed for every master of a cluster.
///
/// A master that takes over slots is listened to before the former one is left, and `lost` is called in
/// between, so no change goes unseen without the listener being told.
class ClusterFeeds {
 public:
  ClusterFeeds(plugin::Host host, const Options& options) : host_(host), options_(options) {}

  /// Listens to `masters` for `listener`, or to none for nullptr. Blocks until each feed has made its first
  /// attempt. The former listener is not called afterwards. Throws std::system_error, std::runtime_error.
  void listen(const larder_invalidation_listener* listener, const std::vector<HostPort>& masters);

  /// Listens to `masters` from now on. Returns false if another call is at work; nothing has changed then.
  /// Throws std::system_error, std::runtime_error.
  bool follow(const std::vector<HostPort>& masters);

 private:
  using Feeds = std::map<std::string, std::unique_ptr<ChangeFeed>>;

  bool addMissing(const std::vector<HostPort>& masters);

  const plugin::Host host_;
  const Options& options_;
  const Counters noRefusals_;  // a node that has become a replica says MOVED, and is then no longer a master
  std::mutex mutex_;
  const larder_invalidation_listener* listener_ = nullptr;
  Feeds feeds_;
};

}  // namespace larder::redis

#endif
