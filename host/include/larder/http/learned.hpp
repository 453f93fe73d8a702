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

/// What the cache has learned about an endpoint from its responses, so that it is prepared for the next ones.
/// Nothing of it is needed for right answers. Thread-safe.
class Learned {
 public:
  /// Its handler has named tags of a response.
  bool addsTags() const { return addsTags_.load(std::memory_order_relaxed); }
  void tagsAdded() { addsTags_.store(true, std::memory_order_relaxed); }

  /// Its latest response to a request with credentials, or a stored one, said that everybody may have it.
  bool answersPublicly() const { return answersPublicly_.load(std::memory_order_relaxed); }
  void answeredPublicly(bool publicly) { answersPublicly_.store(publicly, std::memory_order_relaxed); }

  /// The fields that its responses said to vary by, sorted, with `more` of them.
  std::vector<std::string> varyFields(const std::vector<std::string>& more) {
    const std::lock_guard lock(mutex_);
    if (fields_.size() < kMaxFields) fields_.insert(more.begin(), more.end());
    auto all = fields_;
    all.insert(more.begin(), more.end());
    return {all.begin(), all.end()};
  }

  /// A response's own fields had it kept for so long, which is less than the policy says.
  void shortenedTo(std::chrono::milliseconds kept) {
    auto expected = kNeverShortened;
    shortened_.compare_exchange_strong(expected, kept.count(), std::memory_order_relaxed);
  }
  /// What the first call of that said, once.
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
