// SPDX-License-Identifier: Apache-2.0
//
// A hierarchical timer wheel. C++17, header-only, no dependencies.
#ifndef LARDER_TIMER_WHEEL_HPP
#define LARDER_TIMER_WHEEL_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace larder {

/// Orders timers by due time. Arming and cancelling a timer is O(1) and allocates nothing, because a timer is
/// a member or a base of the object it belongs to. Times are nanoseconds on the caller's clock, passed in.
///
/// A timer never fires early, and at most `resolution` after its time if advance() is called then. The wheel
/// has seven levels of 64 slots; a slot of level n spans 64^n ticks. A timer sits in the level of the highest
/// bits in which its tick differs from the current one, and moves down at most once per level. Bitmaps mark
/// the occupied slots, so empty stretches cost nothing. A wheel takes 3.7 KiB.
///
/// Not thread-safe. A timer must not be moved or destroyed while it is armed. Timers still armed when the
/// wheel is destroyed never fire.
class TimerWheel {
 public:
  using Time = std::chrono::nanoseconds;

  /// The length of a tick, 1.05 ms. A power of two, so that no division is needed.
  static constexpr Time resolution{std::int64_t{1} << 20};

  class Timer {
   public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    bool armed() const { return next_ != nullptr; }

   private:
    friend class TimerWheel;
    Timer* next_ = nullptr;  // links the timers of one slot in a ring
    Timer* previous_ = nullptr;
    std::uint64_t tick_ = 0;
    std::uint32_t slot_ = 0;
  };

  /// `start` is the current time; no later call of advance() may pass an earlier one.
  explicit TimerWheel(Time start) : start_(start) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Makes `timer`, which must not be armed, fire at `due`, or with the next advance() if that has passed.
  /// Times more than 146 years ahead count as 146 years.
  void arm(Timer& timer, Time due) {
    timer.tick_ = tickOf(due);
    insert(timer);
    ++size_;
  }

  /// Returns false if the timer was not armed.
  bool cancel(Timer& timer) {
    if (!timer.armed()) return false;
    remove(timer);
    --size_;
    return true;
  }

  /// Calls fire(Timer&) for each timer due at `now`, in the order of their times; `fire` may arm and cancel
  /// any timer. Takes at most `limit` steps, each of which fires a timer or moves one down a level. Returns
  /// true if steps are left for the next call.
  template <class Fire>
  bool advance(Time now, std::size_t limit, Fire&& fire) {
    const std::uint64_t now_tick = now <= start_ ? 0 : (sinceStart(now) >> kTickBits);
    for (;;) {
      const auto slot = firstSlot();
      if (slot == kNoSlot || startOf(slot) > now_tick) {
        if (now_tick > elapsed_) elapsed_ = now_tick;
        return false;
      }
      if (limit == 0) return true;
      --limit;
      if (startOf(slot) > elapsed_) elapsed_ = startOf(slot);
      Timer& timer = *heads_[slot];
      remove(timer);
      if (slot >= kSlots) {
        insert(timer);
        continue;
      }
      --size_;
      fire(timer);
    }
  }

  /// Returns the earliest time at which advance() has work; nullopt without timers. For a timer more than 64
  /// ticks ahead, that is when it moves down a level.
  std::optional<Time> next() const {
    const auto slot = firstSlot();
    if (slot == kNoSlot) return std::nullopt;
    return start_ + Time(static_cast<std::int64_t>(startOf(slot) << kTickBits));
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  static constexpr unsigned kTickBits = 20;
  static constexpr unsigned kSlotBits = 6;
  static constexpr unsigned kSlots = 1U << kSlotBits;
  static constexpr unsigned kLevels = 7;
  static constexpr std::uint32_t kNoSlot = UINT32_MAX;
  static constexpr std::uint64_t kLastTick = (std::uint64_t{1} << (kSlotBits * kLevels)) - 1;

  std::uint64_t sinceStart(Time time) const { return static_cast<std::uint64_t>((time - start_).count()); }

  std::uint64_t tickOf(Time due) const {  // rounded up: a timer is never early
    if (due <= start_) return 0;
    const auto tick = (sinceStart(due) + ((std::uint64_t{1} << kTickBits) - 1)) >> kTickBits;
    return tick < kLastTick ? tick : kLastTick;
  }

  static unsigned indexIn(unsigned level, std::uint64_t tick) {
    return static_cast<unsigned>(tick >> (kSlotBits * level)) & (kSlots - 1);
  }

  void insert(Timer& timer) {
    if (timer.tick_ < elapsed_) timer.tick_ = elapsed_;
    const auto differing = timer.tick_ ^ elapsed_;
    const unsigned level =
        differing == 0 ? 0 : (63U - static_cast<unsigned>(__builtin_clzll(differing))) / kSlotBits;
    const unsigned index = indexIn(level, timer.tick_);
    timer.slot_ = level * kSlots + index;
    Timer*& head = heads_[timer.slot_];
    if (head == nullptr) {
      head = timer.next_ = timer.previous_ = &timer;
      occupied_[level] |= std::uint64_t{1} << index;
      return;
    }
    timer.next_ = head;  // at the end, so that timers of one tick fire in the order in which they were armed
    timer.previous_ = head->previous_;
    head->previous_->next_ = &timer;
    head->previous_ = &timer;
  }

  void remove(Timer& timer) {
    Timer*& head = heads_[timer.slot_];
    if (timer.next_ == &timer) {
      head = nullptr;
      occupied_[timer.slot_ / kSlots] &= ~(std::uint64_t{1} << (timer.slot_ % kSlots));
    } else {
      timer.previous_->next_ = timer.next_;
      timer.next_->previous_ = timer.previous_;
      if (head == &timer) head = timer.next_;
    }
    timer.next_ = timer.previous_ = nullptr;
  }

  // Every level lies within one slot of the level above, so the lowest occupied level has the earliest slot.
  // A slot that is being moved down takes precedence: its timers may be earlier than those already moved
  // down.
  std::uint32_t firstSlot() const {
    for (unsigned level = kLevels - 1; level > 0; --level) {
      const unsigned index = indexIn(level, elapsed_);
      if ((occupied_[level] >> index & 1U) != 0) return level * kSlots + index;
    }
    for (unsigned level = 0; level < kLevels; ++level)
      if (occupied_[level] != 0)
        return level * kSlots + static_cast<unsigned>(__builtin_ctzll(occupied_[level]));
    return kNoSlot;
  }

  std::uint64_t startOf(std::uint32_t slot) const {
    const unsigned shift = kSlotBits * (slot / kSlots);
    const std::uint64_t above = elapsed_ >> (shift + kSlotBits) << (shift + kSlotBits);
    return above | (std::uint64_t{slot % kSlots} << shift);
  }

  const Time start_;
  std::uint64_t elapsed_ = 0;  // ticks since start_; every armed timer is due in this tick or later
  std::size_t size_ = 0;
  std::array<std::uint64_t, kLevels> occupied_{};
  std::array<Timer*, std::size_t{kLevels} * kSlots> heads_{};
};

}  // namespace larder

#endif
