// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_LEARNED_HPP
#define LARDER_HTTP_LEARNED_HPP

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace larder::http {

/// Facts that the cache has learned from an endpoint's responses, to handle the next ones faster. Correctness
/// does not depend on them. Thread-safe.
class Learned {
 public:
  /// Returns whether its handler has added tags to a response.
  bool addsTags() const { return addsTags_.load(std::memory_order_relaxed); }
  void tagsAdded() { addsTags_.store(true, std::memory_order_relaxed); }

  /// Returns whether the latest response to a request with credentials, or a stored one, may be shared.
  bool answersPublicly() const { return answersPublicly_.load(std::memory_order_relaxed); }
  void answeredPublicly(bool publicly) { answersPublicly_.store(publicly, std::memory_order_relaxed); }

  /// Adds `more` to the fields that responses have named in Vary, and returns all of them, sorted.
  std::vector<std::string> varyFields(const std::vector<std::string>& more) {
    const std::lock_guard lock(mutex_);
    if (fields_.size() < kMaxFields) fields_.insert(more.begin(), more.end());
    auto all = fields_;
    all.insert(more.begin(), more.end());
    return {all.begin(), all.end()};
  }

  /// Records that a response's own fields limited its lifetime to `kept`, less than the policy says.
  void shortenedTo(std::chrono::milliseconds kept) {
    auto expected = kNeverShortened;
    shortened_.compare_exchange_strong(expected, kept.count(), std::memory_order_relaxed);
  }
  /// Returns the value of the first such call, once.
  std::optional<std::chrono::milliseconds> takeShortened() {
    auto first = shortened_.load(std::memory_order_relaxed);
    if (first < 0 || !shortened_.compare_exchange_strong(first, kTold, std::memory_order_relaxed))
      return std::nullopt;
    return std::chrono::milliseconds(first);
  }

 private:
  static constexpr std::size_t kMaxFields = 32;
  static constexpr std::int64_t kNeverShortened = -1;
  static constexpr std::int64_t kTold = -2;

  std::atomic<bool> addsTags_{false};
  std::atomic<bool> answersPublicly_{false};
  std::atomic<std::int64_t> shortened_{kNeverShortened};
  std::mutex mutex_;
  std::set<std::string> fields_;
};

}  // namespace larder::http

#endif
