// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_STORE_HEALTH_HPP
#define LARDER_MEMCACHED_STORE_HEALTH_HPP

#include "server_list.hpp"

#include <larder/plugin.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace larder::memcached {

/// How long to back off before retrying a server that is down.
inline constexpr std::uint64_t kBackOffNs = 500'000'000;
/// A wait shorter than this says nothing about a server, even if no reply came.
inline constexpr std::chrono::milliseconds kTellingWait(50);

/// Tracks which servers reply and informs the host of changes, with one log line and one health report per
/// change. Thread-safe.
class StoreHealth {
 public:
  StoreHealth(plugin::Host host, std::span<const Server> servers);

  bool isDown(std::size_t server) const { return downSinceNs_[server].load(std::memory_order_relaxed) != 0; }

  /// Returns whether to connect to a server now. While a server is down, one connection tries it every half
  /// second and the others fail at once.
  bool mayTry(std::size_t server, std::uint64_t nowNs);

  /// Records that a server replied to a request sent at `sentNs`. A reply to a request sent before the server
  /// went down is ignored.
  void up(std::size_t server, std::uint64_t sentNs);
  /// Records that a server did not reply or could not be reached. `why` must hold no keys or values.
  void down(std::size_t server, std::string_view why);

 private:
  void report(std::size_t server, std::string_view why) const;

  const plugin::Host host_;
  std::vector<std::string> names_;
  std::vector<std::atomic<std::uint64_t>> downSinceNs_;  // 0: up
  std::vector<std::atomic<std::uint64_t>> tryAgainNs_;
  std::mutex changing_;  // makes the host see changes in order
};

}  // namespace larder::memcached

#endif
