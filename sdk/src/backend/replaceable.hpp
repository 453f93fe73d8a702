// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_REPLACEABLE_HPP
#define LARDER_BACKEND_REPLACEABLE_HPP

#include <larder/backend.hpp>

#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "backend/use_count.hpp"

namespace larder {

/// An object that many threads use and that can be replaced at any time. Current users continue with the
/// former object, which is destroyed on a thread of its own when its last use ends.
///
/// There are two places, used alternately. A user increments the count of the current generation's place and
/// then checks that this generation is still the current one. Once the generation has changed, the count of
/// the former place can therefore only fall, and at zero no thread can reach the object any more.
///
/// Thread-safe. Destroy it only when no thread uses it.
template <class Object>
class Replaceable {
 public:
  explicit Replaceable(std::unique_ptr<Object> first) { places_[0].object = std::move(first); }
  Replaceable(const Replaceable&) = delete;
  Replaceable& operator=(const Replaceable&) = delete;
  ~Replaceable() {
    if (retiring_.joinable()) retiring_.join();
  }

  /// The current object, which stays in place as long as `use` or a copy of it lives.
  struct Access {
    Object* object;
    Use use;
    Object* operator->() const { return object; }
  };
  Access access() const {
    for (;;) {
      const auto generation = generation_.load(std::memory_order_seq_cst);
      auto& place = places_[generation % 2];
      Use use(place.uses);
      if (generation_.load(std::memory_order_seq_cst) == generation)
        return {place.object.get(), std::move(use)};
    }
  }

  /// Puts `next` in place. Returns false, with nothing changed, if the previously replaced object is still in
  /// use after `limit`.
  bool replace(std::unique_ptr<Object> next, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    if (!retired_.wait_for(lock, limit, [this] { return !retiringNow_; })) return false;
    if (retiring_.joinable()) retiring_.join();

    const auto former = generation_.load(std::memory_order_relaxed);
    places_[(former + 1) % 2].object = std::move(next);
    generation_.store(former + 1, std::memory_order_seq_cst);
    retiringNow_ = true;
    retiring_ = std::thread([this, &place = places_[former % 2]] { retire(place); });
    ::pthread_setname_np(retiring_.native_handle(), "larder-retire");
    return true;
  }

  /// Moves the object out. No thread may use this Replaceable during the call or afterwards.
  std::unique_ptr<Object> take() { return std::move(places_[generation_.load() % 2].object); }

 private:
  struct Place {
    std::unique_ptr<Object> object;
    UseCount uses;
  };

  // Polls, since uses end within an operation's deadline or once a response is written, and no caller waits
  // here.
  void retire(Place& place) {
    constexpr std::chrono::milliseconds pause{5};
    while (!place.uses.none()) std::this_thread::sleep_for(pause);
    place.object.reset();
    const std::lock_guard lock(mutex_);
    retiringNow_ = false;
    retired_.notify_all();
  }

  mutable std::array<Place, 2> places_;
  std::atomic<std::uint64_t> generation_{0};
  std::mutex mutex_;  // serializes replace()
  std::condition_variable retired_;
  bool retiringNow_ = false;
  std::thread retiring_;
};

}  // namespace larder

#endif
