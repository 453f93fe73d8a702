// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_CHANGE_LOG_HPP
#define LARDER_CONFORMANCE_CHANGE_LOG_HPP

#include "raw_backend.hpp"
#include "scale.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace larder::conformance {

/// A listener that records the changes it receives. Thread-safe; must not move while it listens.
class ChangeLog {
 public:
  ChangeLog() : listener_{sizeof listener_, 0, this, changed, cleared, lost} {}
  ChangeLog(const ChangeLog&) = delete;
  ChangeLog& operator=(const ChangeLog&) = delete;

  larder_status listenTo(const RawBackend& backend) { return listen(backend, &listener_); }
  static larder_status stopListeningTo(const RawBackend& backend) { return listen(backend, nullptr); }

  /// Blocks until the change has been received; false if it does not arrive within 2 s.
  bool waitForChange(std::string_view name_space, std::string_view key) {
    return waitFor([&] { return changes_.contains({std::string(name_space), std::string(key)}); });
  }
  bool waitForClear(std::string_view name_space) {
    return waitFor([&] { return clears_.contains(std::string(name_space)); });
  }
  bool waitForLosses(int count) {
    return waitFor([&] { return losses_ >= count; });
  }

  int losses() const {
    const std::lock_guard lock(mutex_);
    return losses_;
  }
  int calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    changes_.clear();
    clears_.clear();
  }

 private:
  static larder_status listen(const RawBackend& backend, const larder_invalidation_listener* listener) {
    const auto* table = static_cast<const larder_invalidation*>(backend.extension(LARDER_INVALIDATION));
    return table->listen(backend.table().self, listener);
  }

  static void changed(void* user, larder_bytes name_space, larder_bytes key) {
    static_cast<ChangeLog*>(user)->note([&](ChangeLog& log) {
      log.changes_.insert({std::string(name_space.data, name_space.size), std::string(key.data, key.size)});
    });
  }
  static void cleared(void* user, larder_bytes name_space) {
    static_cast<ChangeLog*>(user)->note(
        [&](ChangeLog& log) { log.clears_.insert(std::string(name_space.data, name_space.size)); });
  }
  static void lost(void* user) {
    static_cast<ChangeLog*>(user)->note([](ChangeLog& log) { ++log.losses_; });
  }

  template <class Change>
  void note(const Change& change) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    change(*this);
    told_.notify_all();
  }

  template <class Condition>
  bool waitFor(const Condition& condition) {
    std::unique_lock lock(mutex_);
    return told_.wait_for(lock, kSlowdown * std::chrono::seconds(2), condition);
  }

  const larder_invalidation_listener listener_;
  mutable std::mutex mutex_;
  std::condition_variable told_;
  std::set<std::pair<std::string, std::string>> changes_;
  std::set<std::string> clears_;
  int losses_ = 0;
  int calls_ = 0;
};

}  // namespace larder::conformance

#endif
