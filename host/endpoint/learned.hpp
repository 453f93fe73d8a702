// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENDPOINT_LEARNED_HPP
#define LARDER_ENDPOINT_LEARNED_HPP

#include <atomic>

namespace larder::http {

/// What the cache has learned about an endpoint from its responses, so that it is prepared for the next ones.
/// Nothing of it is needed for right answers. Thread-safe.
class Learned {
 public:
  /// Its handler has named tags of a response.
  bool addsTags() const { return addsTags_.load(std::memory_order_relaxed); }
  void tagsAdded() { addsTags_.store(true, std::memory_order_relaxed); }

 private:
  std::atomic<bool> addsTags_{false};
};

}  // namespace larder::http

#endif
