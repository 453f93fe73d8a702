// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_HOUSEKEEPER_HPP
#define LARDER_LRU_HOUSEKEEPER_HPP

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace larder::lru {

/// A thread that calls a function four times a second, so that expired entries are dropped without any
/// requests.
class Housekeeper {
 public:
  /// Starts the thread, named "larder-lru", with all signals blocked. Throws std::system_error.
  explicit Housekeeper(std::function<void()> turn);
  /// Blocks until a running turn ends.
  ~Housekeeper();
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

 private:
  static constexpr std::chrono::milliseconds kInterval{250};

  void run();

  const std::function<void()> turn_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace larder::lru

#endif
