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

/// How long a server that is down is left alone before it is tried again.
inline constexpr std::uint64_t kBackOffNs = 500'000'000;
/// A shorter wait in vain says nothing about a server.
inline constexpr std::chrono::milliseconds kTellingWait(50);

/// Which servers answer, told to the host when that changes: one log line and one health report a change.
/// Thread-safe.
class StoreHealth {
 public:
  StoreHealth(plugin::Host host, std::span<const Server> servers);

  bool isDown(std::size_t server) const { return downSinceNs_[server].load(std::memory_order_relaxed) != 0; }

  /// Whether to connect to a server now: one that is down is tried by one connection every half second, and
  /// the others fail at once.
  bool mayTry(std::size_t server, std::uint64_t nowNs);

  /// A server answered what was sent to it at `sentNs`. An answer that was on its way before the server went
  /// down says nothing.
  void up(std::size_t server, std::uint64_t sentNs);
  /// A server did not answer or could not be reached. `why` holds no keys or values.
  void down(std::size_t server, std::string_view why);

 private:
  void report(std::size_t server, std::string_view why) const;

  const plugin::Host host_;
  std::vector<std::string> names_;
  std::vector<std::atomic<std::uint64_t>> downSinceNs_;  // 0: up
  std::vector<std::atomic<std::uint64_t>> tryAgainNs_;
  std::mutex changing_;  // the host hears of changes in their order
};

}  // namespace larder::memcached

#endif
