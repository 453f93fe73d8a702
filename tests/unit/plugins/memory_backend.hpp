// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIT_PLUGINS_MEMORY_BACKEND_HPP
#define LARDER_UNIT_PLUGINS_MEMORY_BACKEND_HPP

#include <larder/plugin.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace larder::tests {

/// The simplest backend with every core capability: a map behind a mutex, with values copied for each reader.
class MemoryBackend : public plugin::Backend {
 public:
  static plugin::Info info() { return {"Larder's tests", "Apache-2.0"}; }
  MemoryBackend(plugin::Host host, const plugin::Settings&) : host_(host) {}

  std::uint64_t capabilities() const override { return LARDER_CAP_INLINE | plugin::allCoreCapabilities; }

  larder_status get(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const Entry* const entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    plugin::lend(op, std::make_shared<const std::string>(entry->value));
    op.version = entry->version;
    return LARDER_OK;
  }

  larder_status set(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const Entry* const old = find(op);
    const auto has = [&op](std::uint32_t flag) { return (op.flags & flag) != 0; };
    if (has(LARDER_IF_ABSENT) && old != nullptr) return LARDER_NOT_STORED;
    if (has(LARDER_IF_PRESENT) && old == nullptr) return LARDER_NOT_STORED;
    if (has(LARDER_IF_VERSION) && (old == nullptr || old->version != op.expected_version))
      return LARDER_NOT_STORED;
    const auto expiresNs = has(LARDER_KEEP_TTL) && old != nullptr ? old->expiresNs : expiryOf(op);
    op.version = ++lastVersion_;
    entries_[nameOf(op)] = {std::string(plugin::view(op.value)), lastVersion_, expiresNs};
    return LARDER_OK;
  }

  larder_status erase(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const Entry* const entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    if ((op.flags & LARDER_IF_VERSION) != 0 && entry->version != op.expected_version)
      return LARDER_NOT_STORED;
    entries_.erase(nameOf(op));
    return LARDER_OK;
  }

  larder_status touch(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    Entry* const entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    entry->expiresNs = expiryOf(op);
    return LARDER_OK;
  }

  larder_status exists(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    return find(op) == nullptr ? LARDER_MISS : LARDER_OK;
  }

  larder_status ttl(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const Entry* const entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    op.result_ttl_ms =
        entry->expiresNs == kNever
            ? LARDER_TTL_NONE
            : static_cast<std::int64_t>((entry->expiresNs - host_.monotonicNs()) / kNsPerMs + 1);
    return LARDER_OK;
  }

  larder_status clearNamespace(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const std::string space(plugin::view(op.name_space));
    for (auto at = entries_.begin(); at != entries_.end();)
      at = at->first.first == space ? entries_.erase(at) : std::next(at);
    return LARDER_OK;
  }

 private:
  static constexpr std::uint64_t kNever = UINT64_MAX;
  static constexpr std::uint64_t kNsPerMs = 1'000'000;
  using Name = std::pair<std::string, std::string>;

  struct Entry {
    std::string value;
    std::uint64_t version = 0;
    std::uint64_t expiresNs = kNever;
  };

  static Name nameOf(const larder_op& op) {
    return {std::string(plugin::view(op.name_space)), std::string(plugin::view(op.key))};
  }

  std::uint64_t expiryOf(const larder_op& op) const {
    if (op.ttl_ms == LARDER_TTL_NONE) return kNever;
    return host_.monotonicNs() + static_cast<std::uint64_t>(op.ttl_ms) * kNsPerMs;
  }

  Entry* find(const larder_op& op) {
    const auto at = entries_.find(nameOf(op));
    if (at == entries_.end()) return nullptr;
    if (host_.monotonicNs() < at->second.expiresNs) return &at->second;
    entries_.erase(at);
    return nullptr;
  }

  const plugin::Host host_;
  std::mutex mutex_;
  std::map<Name, Entry> entries_;
  std::uint64_t lastVersion_ = 0;
};

}  // namespace larder::tests

#endif
