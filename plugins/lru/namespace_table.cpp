// SPDX-License-Identifier: Apache-2.0
#include "namespace_table.hpp"

namespace larder::lru {
namespace {

// The table's node and slot, and the allocator's overhead for three blocks.
constexpr std::uint64_t kTableShare = 96;

}  // namespace

Namespace& NamespaceTable::acquire(std::string_view name, std::uint64_t nameHash) {
  if (latest_ != nullptr && latest_->nameHash == nameHash && latest_->name == name) {
    ++latest_->users;
    return *latest_;
  }
  auto found = spaces_.find(name);
  if (found == spaces_.end()) {
    auto space = std::make_unique<Namespace>();
    space->name = name;
    space->shard = &shard_;
    space->nameHash = nameHash;
    const std::string_view own_name = space->name;
    found = spaces_.emplace(own_name, std::move(space)).first;
    bytes_ += costOf(name.size());
  }
  latest_ = found->second.get();
  ++latest_->users;
  return *latest_;
}

void NamespaceTable::release(Namespace& space) {
  if (--space.users > 0) return;
  bytes_ -= costOf(space.name.size());
  if (space.clearedVersion.load(std::memory_order_relaxed) != 0) --cleared_;
  if (latest_ == &space) latest_ = nullptr;
  // Erases by iterator: erasing by key would compare with the name while it is being freed.
  spaces_.erase(spaces_.find(space.name));
}

void NamespaceTable::clear(std::string_view name, std::uint64_t version) {
  const auto found = spaces_.find(name);
  if (found == spaces_.end()) return;
  if (found->second->clearedVersion.exchange(version, std::memory_order_relaxed) == 0) ++cleared_;
}

std::uint64_t NamespaceTable::costOf(std::uint64_t nameSize) {
  return sizeof(Namespace) + kTableShare + nameSize;
}

}  // namespace larder::lru
