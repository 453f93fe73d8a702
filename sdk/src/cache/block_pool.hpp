// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_BLOCK_POOL_HPP
#define LARDER_CACHE_BLOCK_POOL_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <vector>

namespace larder {

/// Memory of objects that come and go with each call, kept for the next ones. A call begins on one thread and
/// often ends on another, so a thread without a block of its own takes one that another has left.
///
/// Bounded: at most kKept blocks are kept. Thread-safe.
class BlockPool {
 public:
  static constexpr std::size_t kStripes = 4;
  static constexpr std::size_t kPerStripe = 64;
  static constexpr std::size_t kKept = kStripes * kPerStripe;

  explicit BlockPool(std::size_t block_size) : blockSize_(block_size) {
    for (auto& stripe : stripes_) stripe.blocks.reserve(kPerStripe);
  }
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool() {
    for (auto& stripe : stripes_)
      for (void* block : stripe.blocks) ::operator delete(block);
  }

  void* take(std::size_t size) {
    if (size > blockSize_) return ::operator new(size);
    const auto mine = stripeOfThisThread();
    for (std::size_t i = 0; i < kStripes; ++i) {
      auto& stripe = stripes_[(mine + i) % kStripes];
      const std::lock_guard lock(stripe.mutex);
      if (stripe.blocks.empty()) continue;
      void* const block = stripe.blocks.back();
      stripe.blocks.pop_back();
      return block;
    }
    return ::operator new(blockSize_);
  }

  void give(void* block, std::size_t size) noexcept {
    if (size <= blockSize_) {
      auto& stripe = stripes_[stripeOfThisThread()];
      const std::lock_guard lock(stripe.mutex);
      if (stripe.blocks.size() < kPerStripe) return stripe.blocks.push_back(block);
    }
    ::operator delete(block);
  }

 private:
  struct alignas(64) Stripe {
    std::mutex mutex;
    std::vector<void*> blocks;
  };

  static std::size_t stripeOfThisThread() {
    const auto id = std::hash<std::thread::id>{}(std::this_thread::get_id());
    return static_cast<std::size_t>((std::uint64_t{id} * 0x9e3779b97f4a7c15u) >> 62);
  }

  const std::size_t blockSize_;
  std::array<Stripe, kStripes> stripes_;
};

/// For std::allocate_shared and the nodes of containers: single objects come from a pool, which lives as long
/// as the last of them.
template <class T>
class PoolAllocator {
 public:
  using value_type = T;

  explicit PoolAllocator(std::shared_ptr<BlockPool> pool) noexcept : pool_(std::move(pool)) {}
  template <class Other>
  PoolAllocator(const PoolAllocator<Other>& other) noexcept : pool_(other.pool()) {}

  T* allocate(std::size_t count) {
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    if (count == 1) return static_cast<T*>(pool_->take(sizeof(T)));
    return static_cast<T*>(::operator new(count * sizeof(T)));
  }
  void deallocate(T* object, std::size_t count) noexcept {
    if (count == 1) return pool_->give(object, sizeof(T));
    ::operator delete(object);
  }

  const std::shared_ptr<BlockPool>& pool() const noexcept { return pool_; }
  template <class Other>
  bool operator==(const PoolAllocator<Other>& other) const noexcept {
    return pool_ == other.pool();
  }

 private:
  std::shared_ptr<BlockPool> pool_;
};

}  // namespace larder

#endif
