// SPDX-License-Identifier: Apache-2.0
#include <larder/backend.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <optional>

#include "backend/blocking_calls.hpp"
#include "backend/local_reads.hpp"
#include "backend/pending_batch.hpp"
#include "backend/plugin_instance.hpp"
#include "backend/replaceable.hpp"

namespace larder {
namespace {

// Time beyond an operation's deadline for a plugin that keeps deadlines itself: its own error message is more
// specific than ours.
constexpr std::chrono::milliseconds kGrace{10};

}  // namespace

// One instance of a plugin. It stays open as long as a `Use` of it lives: one for each call, and one for each
// value that the plugin lends.
class Backend::Instance {
 public:
  Instance(std::shared_ptr<PluginInstance> plugin, const PluginLimits& limits) : Instance(std::move(plugin)) {
    if (inline_ || has(LARDER_CAP_ASYNC)) {
      services_->trust();
      return;
    }
    blocking_.emplace(plugin_, limits.blockingThreads);
    blockingRoute_.emplace(PendingBatch::Route{blocking_->table(), timers_, *services_, clock()});
  }
  /// For a table of this library's own.
  explicit Instance(std::shared_ptr<PluginInstance> plugin)
      : plugin_(std::move(plugin)),
        local_(static_cast<const LocalReads*>(
            table().get_extension(table().self, {kLocalReads.data(), kLocalReads.size()}))),
        inline_(has(LARDER_CAP_INLINE)),
        waitsInSubmit_(has(LARDER_CAP_BLOCKING_DEADLINE)),
        timers_(clock(), "larder-deadline") {
    if (!inline_) timers_.start();
  }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // The timers are destroyed after the plugin, whose last completions still cancel their timers.
  ~Instance() {
    blocking_.reset();
    plugin_.reset();
  }

  void performInline(std::span<const Operation> operations, std::span<Outcome> outcomes, Deadline deadline,
                     const Use& use) {
    submitInline(operations, outcomes, deadline, use, [this](auto ops, auto count, auto results) {
      table().submit(table().self, ops, count, results);
      return true;
    });
  }

  // Performs a single operation, and moves the caller's use into the value, so that a hit counts its use
  // once.
  Outcome performInline(const Operation& operation, Deadline deadline, Use use) {
    larder_op op;
    std::array<char, 128> error;
    fillOp(op, operation, deadline);
    op.error = {error.data(), static_cast<std::uint32_t>(error.size()), 0};
    larder_op* const pointer = &op;
    larder_status status = LARDER_INTERNAL;
    table().submit(table().self, &pointer, 1, &status);
    return takeOutcome(op, status, std::move(use));
  }

  // Returns false on a plugin without local copies, too.
  bool performLocally(std::span<const Operation> operations, std::span<Outcome> outcomes, const Use& use) {
    if (local_ == nullptr) return false;
    return submitInline(operations, outcomes, Deadline::none(), use,
                        [this](auto ops, auto count, auto results) {
                          return local_->submit(table().self, ops, count, results);
                        });
  }

  void performPending(std::span<const Operation> operations, std::span<Outcome> outcomes, Deadline deadline,
                      const Use& use) {
    // Such a plugin lets the caller wait in submit, which is cheaper than waking it from another thread.
    if (waitsInSubmit_) return performInline(operations, outcomes, bounded(deadline), use);
    PendingBatch::perform(route(), operations, outcomes, bounded(deadline), kGrace, use);
  }

  void startPending(std::span<const Operation> operations, Deadline deadline, Callback done, const Use& use) {
    PendingBatch::start(route(), operations, bounded(deadline) + kGrace, use, std::move(done));
  }

  Status drain(Deadline deadline) {
    const auto& calls = route().plugin;
    return fromAbi(calls.drain(calls.self, static_cast<std::uint64_t>(deadline.monotonic().count())));
  }

  void logCaught(std::string_view source) const noexcept { services_->logCaught(source); }

  bool isInline() const { return inline_; }
  const larder_backend& table() const { return plugin_->table(); }
  const std::string& name() const { return services_->name(); }
  const std::shared_ptr<const PluginLibrary>& library() const { return plugin_->library(); }
  bool keepsCopies() const { return local_ != nullptr; }
  const Clock& clock() const { return services_->clock(); }

 private:
  bool has(std::uint64_t capability) const { return (table().capabilities & capability) != 0; }

  // Replaces a missing deadline, since no wait for I/O may be unbounded.
  Deadline bounded(Deadline deadline) const {
    return deadline.isNone() ? Deadline::in(clock(), ioLimit) : deadline;
  }

  // The route of operations that may be pending.
  const PendingBatch::Route& route() const { return blockingRoute_ ? *blockingRoute_ : route_; }

  template <class Submit>
  bool submitInline(std::span<const Operation> operations, std::span<Outcome> outcomes, Deadline deadline,
                    const Use& use, Submit submit) {
    constexpr std::size_t group = 16;  // on the stack, so that a hit allocates nothing
    std::array<larder_op, group> ops;
    std::array<larder_op*, group> pointers;
    std::array<larder_status, group> results;
    std::array<std::array<char, 128>, group> errors;
    for (std::size_t from = 0; from < operations.size(); from += group) {
      const std::size_t count = std::min(group, operations.size() - from);
      for (std::size_t i = 0; i < count; ++i) {
        fillOp(ops[i], operations[from + i], deadline);
        ops[i].error = {errors[i].data(), static_cast<std::uint32_t>(errors[i].size()), 0};
        pointers[i] = &ops[i];
      }
      const bool answered = submit(pointers.data(), static_cast<std::uint32_t>(count), results.data());
      for (std::size_t i = 0; i < count; ++i) outcomes[from + i] = takeOutcome(ops[i], results[i], use);
      if (!answered) return false;
    }
    return true;
  }

  std::shared_ptr<PluginInstance> plugin_;
  const std::shared_ptr<ServiceTable> services_ = plugin_->services();
  const LocalReads* const local_ = nullptr;
  const bool inline_;
  const bool waitsInSubmit_;
  Timers timers_;
  const PendingBatch::Route route_{table(), timers_, *services_, clock()};
  std::optional<BlockingCalls> blocking_;
  std::optional<PendingBatch::Route> blockingRoute_;
};

// The current instance. Properties that are read often, or that callers keep, are cached outside of it.
class Backend::Present {
 public:
  explicit Present(std::unique_ptr<Instance> instance)
      : clock_(instance->clock()), instance_(std::move(instance)) {
    describe(*instance_.access().object);
  }

  auto access() const { return instance_.access(); }
  bool isInline() const { return inline_.load(std::memory_order_relaxed); }
  bool keepsCopies() const { return keepsCopies_.load(std::memory_order_relaxed); }
  const Clock& clock() const { return clock_; }
  std::string_view name() const { return identity_.load(std::memory_order_acquire)->name; }
  const PluginLibrary& library() const { return *identity_.load(std::memory_order_acquire)->library; }

  bool replace(Present& next, std::chrono::milliseconds limit) {
    const std::lock_guard lock(mutex_);
    if (!instance_.replace(next.instance_.take(), limit)) return false;
    describe(*instance_.access().object);
    return true;
  }

 private:
  struct Identity {
    std::string name;
    std::shared_ptr<const PluginLibrary> library;
  };

  void describe(const Instance& instance) {
    identities_.push_back(std::make_unique<Identity>(Identity{instance.name(), instance.library()}));
    identity_.store(identities_.back().get(), std::memory_order_release);
    inline_.store(instance.isInline(), std::memory_order_relaxed);
    keepsCopies_.store(instance.keepsCopies(), std::memory_order_relaxed);
  }

  const Clock& clock_;
  std::mutex mutex_;                                   // serializes replace()
  std::vector<std::unique_ptr<Identity>> identities_;  // never shrinks: callers may keep an old name
  std::atomic<const Identity*> identity_{nullptr};
  std::atomic<bool> inline_{false};
  std::atomic<bool> keepsCopies_{false};
  Replaceable<Instance> instance_;
};

std::unique_ptr<Backend> Backend::open(std::shared_ptr<const PluginLibrary> library, std::string name,
                                       const BackendSettings& settings, HostServices& services,
                                       const PluginLimits& limits) {
  auto plugin = PluginInstance::open(std::move(library), std::move(name), settings, services, limits.open);
  return std::unique_ptr<Backend>(new Backend(std::make_unique<Instance>(std::move(plugin), limits)));
}

std::unique_ptr<Backend> Backend::open(std::string_view url, HostServices& services,
                                       const PluginSearch& search) {
  const auto parsed = BackendUrl::parse(url);
  auto library = parsed.load(search);
  const auto settings = parsed.settings(library->options());
  try {
    return open(std::move(library), parsed.label(), settings, services);
  } catch (const SettingError& error) {
    // "backends.redis.timeout: ..." only makes sense to a user who wrote configuration sections.
    constexpr std::string_view section = "backends.";
    const std::string_view message = error.what();
    throw SettingError(std::string(message.starts_with(section) ? message.substr(section.size()) : message));
  }
}

std::unique_ptr<Backend> Backend::over(const larder_backend& table, const Backend& store, std::string name,
                                       HostServices& services) {
  auto self =
      std::make_shared<PluginInstance>(store.present_->access()->library(), std::move(name), table, services);
  return std::unique_ptr<Backend>(new Backend(std::make_unique<Instance>(std::move(self))));
}

Backend::Backend(std::unique_ptr<Instance> instance)
    : present_(std::make_unique<Present>(std::move(instance))) {}
Backend::~Backend() = default;

Outcome Backend::get(std::string_view name_space, std::string_view key, Deadline deadline) {
  return perform({.code = OpCode::get, .nameSpace = name_space, .key = key}, deadline);
}

Outcome Backend::set(std::string_view name_space, std::string_view key, std::string_view value,
                     std::chrono::milliseconds ttl, Deadline deadline) {
  return perform({.code = OpCode::set, .nameSpace = name_space, .key = key, .value = value, .ttl = ttl},
                 deadline);
}

Outcome Backend::erase(std::string_view name_space, std::string_view key, Deadline deadline) {
  return perform({.code = OpCode::erase, .nameSpace = name_space, .key = key}, deadline);
}

Outcome Backend::perform(const Operation& operation, Deadline deadline) {
  auto instance = present_->access();
  if (instance->isInline()) {
    Instance& present = *instance.object;
    return present.performInline(operation, deadline, std::move(instance.use));
  }
  Outcome outcome;
  instance->performPending(std::span(&operation, 1), std::span(&outcome, 1), deadline, instance.use);
  return outcome;
}

void Backend::perform(std::span<const Operation> operations, std::span<Outcome> outcomes, Deadline deadline) {
  if (operations.empty()) return;
  const auto instance = present_->access();
  if (instance->isInline())
    instance->performInline(operations, outcomes, deadline, instance.use);
  else
    instance->performPending(operations, outcomes, deadline, instance.use);
}

bool Backend::performLocally(std::span<const Operation> operations, std::span<Outcome> outcomes) {
  const auto instance = present_->access();
  if (!instance->isInline()) return instance->performLocally(operations, outcomes, instance.use);
  instance->performInline(operations, outcomes, Deadline::none(), instance.use);
  return true;
}

void Backend::start(std::span<const Operation> operations, Deadline deadline, Callback done) {
  if (operations.empty()) return done({});
  const auto instance = present_->access();
  if (!instance->isInline())
    return instance->startPending(operations, deadline, std::move(done), instance.use);

  constexpr std::size_t few = 4;
  if (operations.size() <= few) {
    std::array<Outcome, few> outcomes;
    const auto used = std::span(outcomes).first(operations.size());
    instance->performInline(operations, used, deadline, instance.use);
    return done(used);
  }
  std::vector<Outcome> outcomes(operations.size());
  instance->performInline(operations, outcomes, deadline, instance.use);
  done(outcomes);
}

bool Backend::isInline() const { return present_->isInline(); }
bool Backend::keepsCopies() const { return present_->keepsCopies(); }
std::uint64_t Backend::capabilities() const { return present_->access()->table().capabilities; }
bool Backend::has(std::uint64_t wanted) const { return (capabilities() & wanted) == wanted; }
const void* Backend::extension(std::string_view id) const {
  return table().get_extension(table().self, {id.data(), id.size()});
}
const larder_backend& Backend::table() const { return present_->access()->table(); }
std::uint64_t Backend::maxKeySize() const { return present_->access()->table().max_key_size; }
std::uint64_t Backend::maxValueSize() const { return present_->access()->table().max_value_size; }
std::string_view Backend::name() const { return present_->name(); }
const PluginLibrary& Backend::library() const { return present_->library(); }
const Clock& Backend::clock() const { return present_->clock(); }

larder_stats Backend::stats() const {
  larder_stats stats;
  std::memset(&stats, 0xff, sizeof stats);  // sets every counter to LARDER_STAT_UNKNOWN
  stats.struct_size = sizeof stats;
  stats.reserved = 0;
  const auto instance = present_->access();
  instance->table().stats(instance->table().self, &stats);
  return stats;
}

void Backend::withTable(const std::function<void(const larder_backend&)>& visit) const {
  const auto instance = present_->access();
  visit(instance->table());
}

bool Backend::replace(std::unique_ptr<Backend> next, std::chrono::milliseconds limit) {
  return present_->replace(*next->present_, limit);
}

void Backend::logCaught(std::string_view source) const noexcept { present_->access()->logCaught(source); }

Status Backend::drain(Deadline deadline) { return present_->access()->drain(deadline); }

}  // namespace larder
