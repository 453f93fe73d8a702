// SPDX-License-Identifier: Apache-2.0
#include "tiers/repair_list.hpp"

namespace larder {

bool RepairList::add(std::string_view name_space, std::string_view key) {
  const std::lock_guard lock(mutex_);
  Space* const space = spaceFor(name_space);
  if (space == nullptr) return false;
  if (space->whole != 0 || (keys_ >= maxKeys_ && !space->keys.contains(key))) {
    markWhole(*space);
    return true;
  }
  const auto [mark, is_new] = space->keys.insert_or_assign(std::string(key), ++number_);
  if (!is_new) return true;
  ++keys_;
  ++size_;
  return true;
}

bool RepairList::addNamespace(std::string_view name_space) {
  const std::lock_guard lock(mutex_);
  Space* const space = spaceFor(name_space);
  if (space != nullptr) markWhole(*space);
  return space != nullptr;
}

std::optional<RepairList::Mark> RepairList::find(std::string_view name_space, std::string_view key) const {
  if (empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto space = spaces_.find(name_space);
  if (space == spaces_.end()) return std::nullopt;
  if (space->second.whole != 0) return Mark{space->first, std::nullopt, space->second.whole};
  const auto mark = space->second.keys.find(key);
  if (mark == space->second.keys.end()) return std::nullopt;
  return Mark{space->first, mark->first, mark->second};
}

std::vector<RepairList::Mark> RepairList::some(std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  std::vector<Mark> marks;
  for (const auto& [name, space] : spaces_) {
    if (space.whole != 0 && marks.size() < limit) marks.push_back({name, std::nullopt, space.whole});
    for (const auto& [key, number] : space.keys) {
      if (marks.size() >= limit) return marks;
      marks.push_back({name, key, number});
    }
  }
  return marks;
}

std::uint64_t RepairList::last() const {
  const std::lock_guard lock(mutex_);
  return number_;
}

void RepairList::remove(const Mark& mark) {
  if (!mark.key) return removeNamespace(mark.nameSpace, mark.number);
  const std::lock_guard lock(mutex_);
  const auto space = spaces_.find(mark.nameSpace);
  if (space == spaces_.end()) return;
  const auto key = space->second.keys.find(*mark.key);
  if (key == space->second.keys.end() || key->second != mark.number) return;
  space->second.keys.erase(key);
  --keys_;
  --size_;
  tidy(space);
}

void RepairList::removeNamespace(std::string_view name_space, std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto space = spaces_.find(name_space);
  if (space == spaces_.end()) return;
  const auto gone =
      std::erase_if(space->second.keys, [number](const auto& key) { return key.second <= number; });
  keys_ -= gone;
  size_ -= gone;
  if (space->second.whole != 0 && space->second.whole <= number) {
    space->second.whole = 0;
    --size_;
  }
  tidy(space);
}

RepairList::Space* RepairList::spaceFor(std::string_view name_space) {
  const auto known = spaces_.find(name_space);
  if (known != spaces_.end()) return &known->second;
  if (spaces_.size() >= kMaxNamespaces) return nullptr;
  return &spaces_[std::string(name_space)];
}

void RepairList::markWhole(Space& space) {
  if (space.whole == 0) ++size_;
  space.whole = ++number_;
  keys_ -= space.keys.size();
  size_ -= space.keys.size();
  space.keys.clear();
}

void RepairList::tidy(Spaces::iterator space) {
  if (space->second.whole == 0 && space->second.keys.empty()) spaces_.erase(space);
}

}  // namespace larder
