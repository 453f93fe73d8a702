// SPDX-License-Identifier: Apache-2.0
//
// A backend that wraps another plugin's backend: puts a prefix before every namespace and counts slow
// operations. It also shows the other side of abi.h: a host's duties to a plugin.
#include <larder/backend_settings.hpp>
#include <larder/plugin.hpp>
#include <larder/plugin_library.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace plugin = larder::plugin;

namespace {

constexpr larder_option kOptions[] = {
    plugin::option("wraps", LARDER_OPTION_STRING, "", "absolute path of the plugin to wrap", 1, 4000,
                   LARDER_OPTION_REQUIRED),
    plugin::option("settings", LARDER_OPTION_STRING, "", "its options, each as \"name=value\"", 1, 4000,
                   LARDER_OPTION_LIST | LARDER_OPTION_SECRET),
    plugin::option("prefix", LARDER_OPTION_STRING, "wrapped:", "begins every namespace", 0, 100),
    plugin::option("slow", LARDER_OPTION_DURATION, "10ms", "an operation that takes longer is counted", 1,
                   60'000)};

larder::BackendSettings split(const std::vector<std::string>& settings) {
  larder::BackendSettings named;
  for (const auto& setting : settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos)
      throw plugin::ConfigError("settings: an element has no \"=\"; write \"name=value\"");
    named[setting.substr(0, equals)].push_back(setting.substr(equals + 1));
  }
  return named;
}

// The wrapped plugin is never unloaded (see PluginLibrary), so the values that it lends can be released at
// any time.
const larder_backend* create(const larder_host* host, const plugin::Settings& settings) try {
  const auto library = larder::PluginLibrary::load(settings.text("wraps"));
  const larder::CheckedSettings checked("wrapped", library->options(), split(settings.list("settings")));
  char text[400];
  larder_text error{text, sizeof text, 0};
  const larder_backend* made = nullptr;
  const auto status = library->descriptor().create(
      host, checked.settings().data(), static_cast<std::uint32_t>(checked.settings().size()), &error, &made);
  if (status == LARDER_OK && LARDER_HAS(made, larder_backend, get_extension)) return made;
  throw plugin::ConfigError("wraps: refused: " + std::string(text, error.size));
} catch (const larder::SettingError& wrong) {
  throw plugin::ConfigError(std::string("settings: ") + wrong.what());
} catch (const larder::PluginError& wrong) {
  throw plugin::ConfigError(std::string("wraps: ") + wrong.what());
}

class Wrapping;

// An operation held by the wrapped backend. It lives until the backend completes it, and until the end of a
// concurrent cancel.
struct Forwarded {
  larder_op copy{};
  larder_op* original = nullptr;
  Wrapping* wrapping = nullptr;
  std::uint64_t beganNs = 0;
  std::string nameSpace;
};
using ForwardedPtr = std::shared_ptr<Forwarded>;

class Wrapping final : public plugin::Backend {
 public:
  static plugin::Info info() { return {"The Larder authors", "Apache-2.0", kOptions, std::size(kOptions)}; }

  Wrapping(plugin::Host host, const plugin::Settings& settings)
      : host_(host),
        prefix_(settings.text("prefix")),
        slowNs_(static_cast<std::uint64_t>(settings.number("slow")) * 1'000'000),
        slowOperations_(host.counter("wrapping_slow_operations_total", "Operations slower than allowed")),
        inner_(create(host.raw(), settings)) {}

  ~Wrapping() override { inner_->destroy(inner_->self); }

  std::uint64_t capabilities() const override { return inner_->capabilities; }
  std::uint64_t maxKeySize() const override { return inner_->max_key_size; }
  std::uint64_t maxValueSize() const override { return inner_->max_value_size; }

  // Submits the whole batch at once, which keeps the order of writes and lets the wrapped backend send them
  // together.
  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    std::vector<ForwardedPtr> batch;
    std::vector<larder_op*> copies;
    try {
      for (std::uint32_t i = 0; i < count; ++i) {
        batch.push_back(forward(*ops[i]));
        copies.push_back(&batch.back()->copy);
      }
    } catch (const std::bad_alloc&) {
      for (std::uint32_t i = 0; i < count; ++i) {
        take(*ops[i]);
        plugin::releaseDonation(*ops[i]);  // no other code will
        results[i] = LARDER_NO_MEMORY;
      }
      return;
    }
    inner_->submit(inner_->self, copies.data(), count, results);
    for (std::uint32_t i = 0; i < count; ++i)
      if (results[i] != LARDER_PENDING) report(*take(*ops[i]));
  }

  // Cancels without the lock: the call may run the completion, which takes the lock. The shared pointer keeps
  // the copy alive.
  void cancel(larder_op& op) noexcept override {
    ForwardedPtr forwarded;
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = pending_.find(&op); found != pending_.end()) forwarded = found->second;
    }
    if (forwarded != nullptr) inner_->cancel(inner_->self, &forwarded->copy);
  }

  void stats(larder_stats& stats) const noexcept override { inner_->stats(inner_->self, &stats); }

  larder_status drain(std::uint64_t deadline_ns) noexcept override {
    return inner_->drain(inner_->self, deadline_ns);
  }

  // Passes extensions that consist of opcodes through. larder.invalidation/1 is hidden, since it would
  // announce prefixed namespaces.
  const void* extension(std::string_view id) noexcept override {
    const bool passes =
        id == LARDER_ATOMIC || id == LARDER_LOCK || id == LARDER_SCAN || id == LARDER_INTROSPECT;
    return passes ? inner_->get_extension(inner_->self, plugin::bytes(id)) : nullptr;
  }

 private:
  ForwardedPtr forward(larder_op& op) {
    auto forwarded = std::make_shared<Forwarded>();
    larder_op& copy = forwarded->copy;
    // The operation of a newer host may be larger than this build's larder_op.
    std::memcpy(&copy, &op, std::min<std::size_t>(op.struct_size, sizeof copy));
    copy.struct_size = static_cast<std::uint32_t>(std::min<std::size_t>(op.struct_size, sizeof copy));
    forwarded->nameSpace.append(prefix_).append(plugin::view(op.name_space));
    copy.name_space = plugin::bytes(forwarded->nameSpace);
    copy.user = forwarded.get();
    if (op.complete != nullptr)
      copy.complete = completed;  // without a callback, the inner operation must complete inline too
    forwarded->original = &op;
    forwarded->wrapping = this;
    forwarded->beganNs = host_.monotonicNs();

    const std::lock_guard lock(mutex_);
    pending_.emplace(&op, forwarded);
    return forwarded;
  }

  ForwardedPtr take(larder_op& op) noexcept {
    const std::lock_guard lock(mutex_);
    const auto found = pending_.find(&op);
    if (found == pending_.end()) return nullptr;
    auto forwarded = std::move(found->second);
    pending_.erase(found);
    return forwarded;
  }

  // Passes on the value with its owner, so that the holder releases it to the wrapped backend.
  void report(const Forwarded& forwarded) noexcept {
    larder_op& op = *forwarded.original;
    op.result = forwarded.copy.result;
    op.result_ttl_ms = forwarded.copy.result_ttl_ms;
    op.result_number = forwarded.copy.result_number;
    op.version = forwarded.copy.version;
    op.error.size = forwarded.copy.error.size;
    if (host_.monotonicNs() - forwarded.beganNs > slowNs_) host_.add(slowOperations_);
  }

  // May run before submit returns. After `complete` the operation belongs to the host again and may no longer
  // exist.
  static void completed(larder_op* copy, larder_status status) {
    auto& self = *static_cast<Forwarded*>(copy->user)->wrapping;
    larder_op& op = *static_cast<Forwarded*>(copy->user)->original;
    const auto forwarded = self.take(op);
    self.report(*forwarded);
    op.complete(&op, status);
  }

  const plugin::Host host_;
  const std::string prefix_;
  const std::uint64_t slowNs_;
  const std::uint64_t slowOperations_;
  const larder_backend* const inner_;

  std::mutex mutex_;
  std::unordered_map<const larder_op*, ForwardedPtr> pending_;
};

}  // namespace

LARDER_PLUGIN(Wrapping, "wrapping", "1.0.0")
