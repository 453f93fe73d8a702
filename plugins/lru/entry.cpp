// SPDX-License-Identifier: Apache-2.0
#include "entry.hpp"

#include <cstring>
#include <new>

namespace larder::lru {
namespace {

// Two slots of the index for each entry: its table is between half full and full.
constexpr std::uint64_t kIndexShare = 2 * sizeof(Entry*);

// A malloc block carries one word and comes in multiples of 16.
constexpr std::uint64_t kAllocatorWord = 8;
constexpr std::uint64_t kAllocatorStep = 16;

char* append(char* to, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

}  // namespace

EntryReference Entry::create(std::string_view key, std::string_view value) {
  void* block = ::operator new(sizeof(Entry) + key.size() + value.size(), std::nothrow);
  if (block == nullptr) return nullptr;

  auto* entry = new (block) Entry;
  entry->keySize = static_cast<std::uint32_t>(key.size());
  entry->valueSize = value.size();
  append(append(reinterpret_cast<char*>(entry + 1), key), value);
  return EntryReference(entry);
}

std::uint64_t Entry::costOf(std::uint64_t keySize, std::uint64_t valueSize) {
  const std::uint64_t block = sizeof(Entry) + keySize + valueSize + kAllocatorWord;
  return (block + kAllocatorStep - 1) / kAllocatorStep * kAllocatorStep + kIndexShare;
}

void Entry::release() {
  if (references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (account != nullptr) account->fetch_sub(cost(), std::memory_order_relaxed);
  this->~Entry();
  ::operator delete(this);
}

}  // namespace larder::lru
