#include <larder/plugin.hpp>

#include <map>
#include <mutex>
#include <utility>

namespace plugin = larder::plugin;

namespace {

constexpr larder_option kOptions[] = {plugin::option("max_entries", LARDER_OPTION_INTEGER, "10000",
                                                     "the most entries that are kept", 1, 1'000'000)};

class Mine final : public plugin::Backend {
 public:
  static plugin::Info info() { return {"Me", "Apache-2.0", kOptions, 1}; }

  Mine(plugin::Host host, const plugin::Settings& settings)
      : host_(host), max_entries_(static_cast<std::size_t>(settings.number("max_entries"))) {}

  std::uint64_t capabilities() const override { return LARDER_CAP_INLINE; }

  larder_status get(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const auto found = find(op);
    if (found == entries_.end()) return LARDER_MISS;
    plugin::lend(op, found->second.value);
    return LARDER_OK;
  }

  larder_status set(larder_op& op) override {
    Entry entry{std::make_shared<const std::string>(plugin::view(op.value)), UINT64_MAX};
    if (op.ttl_ms != LARDER_TTL_NONE)
      entry.expiresNs = host_.monotonicNs() + static_cast<std::uint64_t>(op.ttl_ms) * 1'000'000;
    const std::lock_guard lock(mutex_);
    entries_[nameOf(op)] = std::move(entry);
    if (entries_.size() > max_entries_) entries_.erase(entries_.begin());
    return LARDER_OK;
  }

  larder_status erase(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const auto found = find(op);
    if (found == entries_.end()) return LARDER_MISS;
    entries_.erase(found);
    return LARDER_OK;
  }

  larder_status exists(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    return find(op) != entries_.end() ? LARDER_OK : LARDER_MISS;
  }

 private:
  struct Entry {
    std::shared_ptr<const std::string> value;
    std::uint64_t expiresNs = 0;
  };
  using Name = std::pair<std::string, std::string>;  // namespace and key: any bytes, empty ones too
  using Entries = std::map<Name, Entry>;

  static Name nameOf(const larder_op& op) {
    return {std::string(plugin::view(op.name_space)), std::string(plugin::view(op.key))};
  }

  // An expired entry counts as a miss and is removed.
  Entries::iterator find(const larder_op& op) {
    const auto found = entries_.find(nameOf(op));
    if (found == entries_.end() || found->second.expiresNs > host_.monotonicNs()) return found;
    entries_.erase(found);
    return entries_.end();
  }

  const plugin::Host host_;
  const std::size_t max_entries_;
  std::mutex mutex_;
  Entries entries_;
};

}  // namespace

LARDER_PLUGIN(Mine, "mine", "1.0.0")
