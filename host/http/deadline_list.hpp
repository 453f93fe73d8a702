// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_DEADLINE_LIST_HPP
#define LARDER_HTTP_DEADLINE_LIST_HPP

#include <chrono>

namespace larder::http {

/// One of the things that wait in a DeadlineList, in one at a time.
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

/// Deadlines that are all the same time away when they begin, so that the first to begin is the first to end:
/// beginning one, ending it early and finding the next cost a few pointers, however many there are.
class DeadlineList {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `after` is positive.
  explicit DeadlineList(std::chrono::milliseconds after) : after_(after) {}
  // The entries are their owners'.
  ~DeadlineList() {
    while (first() != nullptr) first()->unlink();
  }
  DeadlineList(const DeadlineList&) = delete;
  DeadlineList& operator=(const DeadlineList&) = delete;

  /// Takes the entry out of the list that it is in, if any.
  void begin(DeadlineEntry& entry, Time now) {
    entry.unlink();
    entry.deadline_ = now + after_;
    entry.previous_ = ends_.previous_;
    entry.next_ = &ends_;
    ends_.previous_->next_ = &entry;
    ends_.previous_ = &entry;
  }

  /// The next to end; nullptr if there is none.
  DeadlineEntry* first() { return ends_.next_ == &ends_ ? nullptr : ends_.next_; }
  /// Time::max() if there is none.
  Time next() { return first() == nullptr ? Time::max() : first()->deadline_; }

 private:
  const std::chrono::milliseconds after_;
  DeadlineEntry ends_;
};

}  // namespace larder::http

#endif
