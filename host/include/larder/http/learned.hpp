// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_LEARNED_HPP
#define LARDER_HTTP_LEARNED_HPP

#include <atomic>
#include <mutex>
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

 private:
  static constexpr std::size_t kMaxFields = 32;

  std::atomic<bool> addsTags_{false};
  std::atomic<bool> answersPublicly_{false};
  std::mutex mutex_;
  std::set<std::string> fields_;
};

}  // namespace larder::http

#endif
