// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_REDIS_CLUSTER_LOAD_HPP
#define LARDER_TESTS_REDIS_CLUSTER_LOAD_HPP

#include "open_redis.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace larder::redis_test {

/// Threads that each write growing numbers under keys of their own, spread over all masters, erase some of
/// them, and read them back: through `writer`, and through `reader` as another host would. A read is wrong if
/// it returns less than the number acknowledged when it began, or a number that was never written.
class ClusterLoad {
 public:
  ClusterLoad(OpenRedis& writer, OpenRedis& reader);
  ~ClusterLoad() { stop(); }
  ClusterLoad(const ClusterLoad&) = delete;
  ClusterLoad& operator=(const ClusterLoad&) = delete;

  void stop();

  /// Waits up to 60 s until every key has been stored again. Returns true if it has.
  bool awaitWritesOfAllKeys();

  std::uint64_t failures() const { return failures_; }
  std::uint64_t hits() const { return hits_; }
  /// Describes a wrong read; empty if there was none.
  std::string wrong() const;

 private:
  static constexpr std::size_t threadCount = 4;
  static constexpr std::size_t keysOfEach = 32;

  void run(std::size_t thread);
  void check(const std::string& key, const Outcome& outcome, std::uint64_t least, std::uint64_t most);

  OpenRedis& writer_;
  OpenRedis& reader_;
  std::atomic<bool> stopping_{false};
  std::array<std::atomic<std::uint64_t>, threadCount * keysOfEach> stored_{};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint64_t> hits_{0};
  mutable std::mutex mutex_;
  std::string wrong_;
  std::vector<std::jthread> threads_;
};

}  // namespace larder::redis_test

#endif
