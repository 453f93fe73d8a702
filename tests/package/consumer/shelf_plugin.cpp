// SPDX-License-Identifier: Apache-2.0
//
// A plugin as its author writes it who has nothing of Larder but the package.
#include <larder/plugin.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace plugin = larder::plugin;

namespace {

class Shelf final : public plugin::Backend {
 public:
  static plugin::Info info() { return {"somebody else", "Apache-2.0"}; }

  Shelf(plugin::Host host, const plugin::Settings& /*settings*/) : host_(host) {}

  std::uint64_t capabilities() const override { return LARDER_CAP_INLINE; }

  larder_status get(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const auto* entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    plugin::lend(op, entry->value);
    return LARDER_OK;
  }

  larder_status set(larder_op& op) override {
    const std::uint64_t expires =
        op.ttl_ms == LARDER_TTL_NONE
            ? UINT64_MAX
            : host_.monotonicNs() + static_cast<std::uint64_t>(op.ttl_ms) * 1'000'000u;
    const std::lock_guard lock(mutex_);
    entries_[nameOf(op)] = {std::make_shared<const std::string>(plugin::view(op.value)), expires};
    return LARDER_OK;
  }

  larder_status erase(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    if (find(op) == nullptr) return LARDER_MISS;
    entries_.erase(nameOf(op));
    return LARDER_OK;
  }

  larder_status exists(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    return find(op) != nullptr ? LARDER_OK : LARDER_MISS;
  }

 private:
  struct Entry {
    std::shared_ptr<const std::string> value;
    std::uint64_t expiresNs;
  };
  using Name = std::pair<std::string, std::string>;

  static Name nameOf(const larder_op& op) {
    return {std::string(plugin::view(op.name_space)), std::string(plugin::view(op.key))};
  }

  const Entry* find(const larder_op& op) const {
    const auto found = entries_.find(nameOf(op));
    if (found == entries_.end() || found->second.expiresNs <= host_.monotonicNs()) return nullptr;
    return &found->second;
  }

  const plugin::Host host_;
  std::mutex mutex_;
  std::map<Name, Entry> entries_;
};

}  // namespace

LARDER_PLUGIN(Shelf, "shelf", "1.0.0")
