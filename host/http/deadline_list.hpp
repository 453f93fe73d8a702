// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_DEADLINE_LIST_HPP
#define LARDER_HTTP_DEADLINE_LIST_HPP

#include <chrono>

namespace larder::http {

/// An entry of a DeadlineList. It is in at most one list at a time.
class DeadlineEntry {
 public:
  DeadlineEntry() = default;
  ~DeadlineEntry() { unlink(); }
  DeadlineEntry(const DeadlineEntry&) = delete;
  DeadlineEntry& operator=(const DeadlineEntry&) = delete;

  void unlink() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }

 private:
  friend class DeadlineList;
  DeadlineEntry* previous_ = this;
  DeadlineEntry* next_ = this;
  std::chrono::steady_clock::time_point deadline_;
};

/// Deadlines of equal length, so the first to begin is the first to end: beginning one, ending it early and
/// finding the next each cost a few pointer operations, however many there are.
class DeadlineList {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `after` is positive.
  explicit DeadlineList(std::chrono::milliseconds after) : after_(after) {}
  // Only unlinks the entries, which others own.
  ~DeadlineList() {
    while (first() != nullptr) first()->unlink();
  }
  DeadlineList(const DeadlineList&) = delete;
  DeadlineList& operator=(const DeadlineList&) = delete;

  /// Begins the entry's deadline at `now`. Removes the entry from the list that it is in, if any.
  void begin(DeadlineEntry& entry, Time now) {
    entry.unlink();
    entry.deadline_ = now + after_;
    entry.previous_ = ends_.previous_;
    entry.next_ = &ends_;
    ends_.previous_->next_ = &entry;
    ends_.previous_ = &entry;
  }

  /// Returns the entry whose deadline ends next; nullptr if there is none.
  DeadlineEntry* first() { return ends_.next_ == &ends_ ? nullptr : ends_.next_; }
  /// Returns the time at which the next deadline ends; Time::max() if there is none.
  Time next() { return first() == nullptr ? Time::max() : first()->deadline_; }

 private:
  const std::chrono::milliseconds after_;
  DeadlineEntry ends_;
};

}  // namespace larder::http

#endif
