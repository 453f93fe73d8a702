// SPDX-License-Identifier: Apache-2.0
#include "backend/block_pool.hpp"

#include <array>
#include <mutex>
#include <new>
#include <utility>

namespace larder {
namespace {

struct FreeBlock {
  FreeBlock* next = nullptr;       // in the same list
  FreeBlock* next_list = nullptr;  // in the head of a list: the next list in the store
};

struct SizeClass {
  std::size_t size;      // bytes per block
  std::size_t list;      // blocks per list
  std::size_t maxLists;  // in the shared store
};
constexpr std::array<SizeClass, 3> kClasses{{{256, 32, 128}, {1024, 16, 64}, {4096, 8, 32}}};

// Full lists for which their threads had no room. Like the heap, the memory belongs to the process: blocks
// that one backend frees serve another.
class SharedStore {
 public:
  bool put(std::size_t which, FreeBlock* list) noexcept {
    const std::lock_guard lock(mutex_);
    auto& stack = stacks_[which];
    if (stack.count == kClasses[which].maxLists) return false;
    list->next_list = stack.top;
    stack.top = list;
    ++stack.count;
    return true;
  }

  FreeBlock* take(std::size_t which) noexcept {
    const std::lock_guard lock(mutex_);
    auto& stack = stacks_[which];
    if (stack.top == nullptr) return nullptr;
    --stack.count;
    return std::exchange(stack.top, stack.top->next_list);
  }

 private:
  struct Stack {
    FreeBlock* top = nullptr;
    std::size_t count = 0;
  };
  std::mutex mutex_;
  std::array<Stack, kClasses.size()> stacks_;
};

// Never destroyed: threads that outlive main may still free blocks.
constinit SharedStore shared_store;

void freeList(FreeBlock* list) noexcept {
  while (list != nullptr) ::operator delete(std::exchange(list, list->next));
}

// A thread's blocks of one size: the list in use and a spare list that is full or empty. With the spare,
// alternating takes and frees rarely reach the shared store.
struct ThreadLists {
  FreeBlock* current = nullptr;
  FreeBlock* spare = nullptr;  // full, or null
  std::size_t count = 0;       // in `current`
};

struct ThreadCache {
  std::array<ThreadLists, kClasses.size()> lists{};
  ~ThreadCache();
};

// Set once the thread's cache is destroyed. Blocks that later thread-local destructors free then go to the
// heap.
constinit thread_local bool cache_gone = false;
thread_local ThreadCache cache;

ThreadCache::~ThreadCache() {
  cache_gone = true;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    freeList(lists[i].current);
    if (lists[i].spare != nullptr && !shared_store.put(i, lists[i].spare)) freeList(lists[i].spare);
  }
}

constexpr std::size_t kNone = kClasses.size();

std::size_t classOf(std::size_t size) {
  for (std::size_t i = 0; i < kClasses.size(); ++i)
    if (size <= kClasses[i].size) return i;
  return kNone;
}

}  // namespace

Block takeBlock(std::size_t size) {
  const auto which = classOf(size);
  if (which == kNone) return {::operator new(size), size};
  const auto block_size = kClasses[which].size;
  if (cache_gone) return {::operator new(block_size), block_size};
  auto& lists = cache.lists[which];
  if (lists.current == nullptr) {
    lists.current = lists.spare != nullptr ? std::exchange(lists.spare, nullptr) : shared_store.take(which);
    if (lists.current == nullptr) return {::operator new(block_size), block_size};
    lists.count = kClasses[which].list;
  }
  --lists.count;
  return {std::exchange(lists.current, lists.current->next), block_size};
}

void freeBlock(Block block) noexcept {
  const auto which = classOf(block.size);
  if (which == kNone || cache_gone) return ::operator delete(block.data);
  auto& lists = cache.lists[which];
  if (lists.count == kClasses[which].list) {
    if (lists.spare != nullptr && !shared_store.put(which, lists.spare)) freeList(lists.spare);
    lists.spare = std::exchange(lists.current, nullptr);
    lists.count = 0;
  }
  lists.current = ::new (block.data) FreeBlock{lists.current};
  ++lists.count;
}

}  // namespace larder
