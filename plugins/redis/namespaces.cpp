// SPDX-License-Identifier: Apache-2.0
#include "namespaces.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <tuple>
#include <utility>

namespace larder::redis {

void Namespace::adopt(const std::optional<Generation>& generation) {
  // The allocation comes first: if it throws, the two members still agree.
  std::string start = generation ? entryStart(*generation) : std::string();
  currentEntryStart = std::move(start);
  current = generation;
}

Namespace& Namespaces::find(std::string_view name) {
  const auto known = namespaces_.find(name);
  if (known != namespaces_.end()) return known->second;

  // A dropped namespace costs one round trip at its next use, which is less than every operation would pay
  // for keeping an LRU order.
  if (namespaces_.size() >= limit_)
    std::erase_if(namespaces_, [](const auto& entry) { return entry.second.underWay == 0; });

  return namespaces_.emplace(std::string(name), Namespace(startOfKeys(form_, keyPrefix_, name)))
      .first->second;
}

// The length prefix marks where the name ends, whatever bytes it contains.
std::string startOfKeys(KeyForm form, std::string_view keyPrefix, std::string_view name) {
  std::string start(keyPrefix);
  if (form == KeyForm::clusterPart) return start.append(name).append(":");
  return start.append("{").append(std::to_string(name.size())).append(":").append(name).append("}:");
}

std::string startOfLocks(KeyForm form, std::string_view keyPrefix, std::string_view name) {
  return startOfKeys(form, keyPrefix, name).append("lock:");
}

std::optional<StoredKey> readStoredKey(KeyForm form, std::string_view keyPrefix, std::string_view text) {
  const bool inPart = form == KeyForm::clusterPart;
  if (!text.starts_with(keyPrefix)) return std::nullopt;
  text.remove_prefix(keyPrefix.size());
  if (!text.starts_with('{')) return std::nullopt;
  text.remove_prefix(1);
  if (inPart) text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  if (inPart && !text.starts_with('}')) return std::nullopt;
  if (inPart) text.remove_prefix(1);
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  constexpr std::string_view before = ":";
  const std::string_view after = inPart ? ":" : "}:";
  if (!text.starts_with(before) || text.size() - before.size() < length) return std::nullopt;
  const auto name = text.substr(before.size(), length);
  text.remove_prefix(before.size() + length);
  if (!text.starts_with(after)) return std::nullopt;
  text.remove_prefix(after.size());
  if (text == "generation") return StoredKey{name, std::nullopt};
  constexpr std::size_t generationSize = std::tuple_size_v<Generation>;
  if (text.size() <= generationSize || text[generationSize] != ':') return std::nullopt;
  if (text.substr(0, generationSize).find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;  // the key of a lock
  return StoredKey{name, text.substr(generationSize + 1)};
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
