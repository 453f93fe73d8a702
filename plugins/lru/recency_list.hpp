// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_RECENCY_LIST_HPP
#define LARDER_LRU_RECENCY_LIST_HPP

#include "entry.hpp"

namespace larder::lru {

/// Entries in the order of their last use, linked through the entries themselves. Owns none. Not
/// thread-safe: the shard's lock guards it.
class RecencyList {
 public:
  /// nullptr if the list is empty; from there `newer` leads to the newest.
  Entry* oldest() const { return oldest_; }

  void pushNewest(Entry& entry) {
    entry.older = newest_;
    entry.newer = nullptr;
    (newest_ != nullptr ? newest_->newer : oldest_) = &entry;
    newest_ = &entry;
  }

  void remove(Entry& entry) {
    (entry.older != nullptr ? entry.older->newer : oldest_) = entry.newer;
    (entry.newer != nullptr ? entry.newer->older : newest_) = entry.older;
  }

  void makeNewest(Entry& entry) {
    if (newest_ == &entry) return;
    remove(entry);
    pushNewest(entry);
  }

 private:
  Entry* oldest_ = nullptr;
  Entry* newest_ = nullptr;
};

}  // namespace larder::lru

#endif
