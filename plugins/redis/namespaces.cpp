// SPDX-License-Identifier: Apache-2.0
#include "namespaces.hpp"

namespace larder::redis {

void Namespace::adopt(const std::optional<Generation>& generation) {
  current = generation;
  currentEntryStart = generation ? entryStart(*generation) : std::string();
}

Namespace& Namespaces::find(std::string_view name) {
  const auto known = namespaces_.find(name);
  if (known != namespaces_.end()) return known->second;

  // A forgotten namespace costs one round trip when it is used again, which is less than an order of use
  // kept up to date by every operation would cost.
  if (namespaces_.size() >= limit_)
    std::erase_if(namespaces_, [](const auto& entry) { return entry.second.underWay == 0; });

  // The length in front leaves no doubt where a name ends, whatever bytes it is made of. The braces make
  // Redis Cluster keep a namespace in one slot.
  std::string start = keyPrefix_ + "{" + std::to_string(name.size()) + ":";
  start.append(name).append("}:");
  return namespaces_.emplace(std::string(name), Namespace(std::move(start))).first->second;
}

void Namespaces::settleAll() {
  for (auto& [name, space] : namespaces_) {
    space.underWay = 0;
    space.blocked = false;
    space.checkedInFlush = 0;
    space.again.clear();
    space.held.clear();
  }
}

}  // namespace larder::redis
