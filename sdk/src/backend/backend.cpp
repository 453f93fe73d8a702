// SPDX-License-Identifier: Apache-2.0
#include <larder/backend.hpp>

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>

#include <larder/backend_settings.hpp>
#include "backend/local_reads.hpp"
#include "backend/pending_batch.hpp"
#include "backend/replaceable.hpp"
#include "loading/abi_bytes.hpp"

namespace larder {
namespace {

// Beyond an operation's deadline, for a plugin that keeps it itself: its own answer says more than ours.
constexpr std::chrono::milliseconds kGrace{10};
constexpr std::chrono::seconds kDrainAtClose{5};

// What the plugin calls back into: our services under the backend's name.
class ServiceTable {
 public:
  ServiceTable(HostServices& services, std::string name)
      : services_(services), clock_(services.clock()), name_(std::move(name)) {
    table_.struct_size = sizeof table_;
    table_.abi_minor = LARDER_ABI_MINOR;
    table_.self = this;
    table_.log = [](void* self, std::uint32_t level, larder_bytes message) {
      of(self).services_.log(static_cast<LogLevel>(std::min<std::uint32_t>(level, LARDER_LOG_ERROR)),
                             of(self).name_, viewOf(message));
    };
    table_.log_level = [](void* self) { return static_cast<std::uint32_t>(of(self).services_.logLevel()); };
    table_.monotonic_ns = [](void* self) {
      return static_cast<std::uint64_t>(of(self).clock_.monotonic().count());
    };
    table_.realtime_ms = [](void* self) -> std::int64_t { return of(self).clock_.realtime().count(); };
    table_.alloc = [](void*, std::uint64_t size) { return std::malloc(size); };
    table_.free = [](void*, void* memory, std::uint64_t) { std::free(memory); };
    table_.random = fillRandom;
    table_.register_metric = [](void* self, std::uint32_t kind, larder_bytes metric, larder_bytes help) {
      return of(self).services_.registerMetric(of(self).name_, static_cast<MetricKind>(kind), viewOf(metric),
                                               viewOf(help));
    };
    table_.add_metric = [](void* self, std::uint64_t metric, std::uint64_t amount) {
      of(self).services_.addMetric(metric, amount);
    };
    table_.set_metric = [](void* self, std::uint64_t metric, std::int64_t value) {
      of(self).services_.setMetric(metric, value);
    };
    table_.report_health = [](void* self, std::uint32_t health, larder_bytes reason) {
      of(self).services_.health(of(self).name_,
                                static_cast<Health>(std::min<std::uint32_t>(health, LARDER_HEALTH_DOWN)),
                                viewOf(reason));
    };
    table_.get_extension = [](void*, larder_bytes) -> const void* { return nullptr; };
  }
  ServiceTable(const ServiceTable&) = delete;
  ServiceTable& operator=(const ServiceTable&) = delete;

  const larder_host* table() const { return &table_; }
  const std::string& name() const { return name_; }
  const Clock& clock() const { return clock_; }

 private:
  static ServiceTable& of(void* self) { return *static_cast<ServiceTable*>(self); }

  static larder_status fillRandom(void*, void* data, std::uint64_t size) {
    auto* at = static_cast<char*>(data);
    while (size > 0) {
      const auto got = ::getrandom(at, size, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return LARDER_INTERNAL;
      at += got;
      size -= static_cast<std::uint64_t>(got);
    }
    return LARDER_OK;
  }

  HostServices& services_;
  const Clock& clock_;  // asked for with every operation
  const std::string name_;
  larder_host table_{};
};

// The plugin's table as far as both sides know it, with the gaps filled, so that no call has to look.
larder_backend completeTable(const larder_backend* raw, const std::string& name,
                             const PluginLibrary& library) {
  if (raw == nullptr || !LARDER_HAS(raw, larder_backend, submit) ||
      !LARDER_HAS(raw, larder_backend, destroy) || raw->submit == nullptr || raw->destroy == nullptr)
    throw PluginError(library.file().string() + ": its create made no usable backend for \"" + name +
                      "\"; fill struct_size, submit and destroy");
  larder_backend table{};
  std::memcpy(&table, raw, std::min<std::size_t>(raw->struct_size, sizeof table));
  if (table.cancel == nullptr) table.cancel = [](void*, larder_op*) {};
  if (table.stats == nullptr) table.stats = [](void*, larder_stats*) {};
  if (table.drain == nullptr) table.drain = [](void*, std::uint64_t) -> larder_status { return LARDER_OK; };
  if (table.get_extension == nullptr)
    table.get_extension = [](void*, larder_bytes) -> const void* { return nullptr; };
  return table;
}

larder_backend create(const PluginLibrary& library, const larder_host* host, const std::string& name,
                      const std::vector<larder_setting>& settings) {
  std::array<char, 512> text{};
  larder_text error{text.data(), static_cast<std::uint32_t>(text.size()), 0};
  const larder_backend* raw = nullptr;
  const auto status = library.descriptor().create(host, settings.data(),
                                                  static_cast<std::uint32_t>(settings.size()), &error, &raw);
  if (status == LARDER_OK) return completeTable(raw, name, library);

  std::string why(text.data(), std::min<std::size_t>(error.size, text.size()));
  if (why.empty()) why = toString(fromAbi(status));
  if (status == LARDER_CONFIG) throw SettingError("backends." + name + ": " + why);
  throw PluginError(library.file().string() + ": can't open \"" + name + "\": " + why);
}

}  // namespace

// One instance of a plugin. `Use`s that its calls are given keep it open; the values that it lends get one
// each.
class Backend::Instance {
 public:
  Instance(std::shared_ptr<const PluginLibrary> library, std::string name, const BackendSettings& settings,
           HostServices& services)
      : library_(std::move(library)),
        services_(services, std::move(name)),
        plugin_(create(*library_, services_.table(), services_.name(),
                       CheckedSettings(services_.name(), library_->options(), settings).settings())),
        inline_((plugin_.capabilities & LARDER_CAP_INLINE) != 0) {
    if (!inline_) watch_.emplace(plugin_, services_.clock());
  }
  Instance(std::shared_ptr<const PluginLibrary> library, std::string name, const larder_backend& table,
           HostServices& services)
      : library_(std::move(library)),
        services_(services, std::move(name)),
        plugin_(table),
        local_(static_cast<const LocalReads*>(
            plugin_.get_extension(plugin_.self, {kLocalReads.data(), kLocalReads.size()}))),
        inline_((plugin_.capabilities & LARDER_CAP_INLINE) != 0) {
    if (!inline_) watch_.emplace(plugin_, services_.clock());
  }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  ~Instance() {
    plugin_.drain(plugin_.self, static_cast<std::uint64_t>((clock().monotonic() + kDrainAtClose).count()));
    plugin_.destroy(plugin_.self);
    // The watch goes after the plugin, whose last completions still take their batches out of it.
  }

  void performInline(std::span<const Operation> operations, std::span<Outcome> outcomes, Deadline deadline,
                     const Use& use) {
    submitInline(operations, outcomes, deadline, use, [this](auto ops, auto count, auto results) {
      plugin_.submit(plugin_.self, ops, count, results);
      return true;
    });
  }

  // False, too, on a plugin that keeps no copies here.
  bool performLocally(std::span<const Operation> operations, std::span<Outcome> outcomes, const Use& use) {
    if (local_ == nullptr) return false;
    return submitInline(operations, outcomes, Deadline::none(), use, [this](auto ops, auto count, auto results) {
      return local_->submit(plugin_.self, ops, count, results);
    });
  }

  void performPending(std::span<const Operation> operations, std::span<Outcome> outcomes, Deadline deadline,
                      const Use& use) {
    deadline = bounded(deadline);
    const auto batch = PendingBatch::make(operations, deadline, use, [outcomes](std::span<Outcome> all) {
      std::move(all.begin(), all.end(), outcomes.begin());
    });
    batch->submit(plugin_);
    if (batch->waitFor((deadline + kGrace).left(clock().monotonic()))) return;
    batch->expire(plugin_);
    batch->wait();
  }

  void startPending(std::span<const Operation> operations, Deadline deadline, Callback done, const Use& use) {
    const auto batch = PendingBatch::make(operations, bounded(deadline) + kGrace, use, std::move(done));
    watch_->add(batch);
    batch->submit(plugin_);
  }

  bool isInline() const { return inline_; }
  const larder_backend& plugin() const { return plugin_; }
  const std::string& name() const { return services_.name(); }
  const std::shared_ptr<const PluginLibrary>& library() const { return library_; }
  bool keepsCopies() const { return local_ != nullptr; }
  const Clock& clock() const { return services_.clock(); }

 private:
  // Nothing that waits for I/O waits for ever.
  Deadline bounded(Deadline deadline) const {
    return deadline.isNone() ? Deadline::in(clock(), ioLimit) : deadline;
  }

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

  const std::shared_ptr<const PluginLibrary> library_;
  ServiceTable services_;
  const larder_backend plugin_;
  const LocalReads* const local_ = nullptr;
  const bool inline_;
  std::optional<DeadlineWatch> watch_;
};

// The instance in use, and what is asked about it too often, or for too long, to look into it each time.
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
  std::mutex mutex_;                                   // replacing
  std::vector<std::unique_ptr<Identity>> identities_;  // all there were: whoever asked for a name may keep it
  std::atomic<const Identity*> identity_{nullptr};
  std::atomic<bool> inline_{false};
  std::atomic<bool> keepsCopies_{false};
  Replaceable<Instance> instance_;
};

std::unique_ptr<Backend> Backend::open(std::shared_ptr<const PluginLibrary> library, std::string name,
                                       const BackendSettings& settings, HostServices& services) {
  return std::unique_ptr<Backend>(
      new Backend(std::make_unique<Instance>(std::move(library), std::move(name), settings, services)));
}

std::unique_ptr<Backend> Backend::over(const larder_backend& table, const Backend& store, std::string name,
                                       HostServices& services) {
  return std::unique_ptr<Backend>(new Backend(
      std::make_unique<Instance>(store.present_->access()->library(), std::move(name), table, services)));
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
  Outcome outcome;
  perform(std::span(&operation, 1), std::span(&outcome, 1), deadline);
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
std::uint64_t Backend::capabilities() const { return present_->access()->plugin().capabilities; }
bool Backend::has(std::uint64_t wanted) const { return (capabilities() & wanted) == wanted; }
const void* Backend::extension(std::string_view id) const {
  return table().get_extension(table().self, {id.data(), id.size()});
}
const larder_backend& Backend::table() const { return present_->access()->plugin(); }
std::uint64_t Backend::maxKeySize() const { return present_->access()->plugin().max_key_size; }
std::uint64_t Backend::maxValueSize() const { return present_->access()->plugin().max_value_size; }
std::string_view Backend::name() const { return present_->name(); }
const PluginLibrary& Backend::library() const { return present_->library(); }
const Clock& Backend::clock() const { return present_->clock(); }

larder_stats Backend::stats() const {
  larder_stats stats;
  std::memset(&stats, 0xff, sizeof stats);  // every counter LARDER_STAT_UNKNOWN
  stats.struct_size = sizeof stats;
  stats.reserved = 0;
  const auto instance = present_->access();
  instance->plugin().stats(instance->plugin().self, &stats);
  return stats;
}

void Backend::withTable(const std::function<void(const larder_backend&)>& visit) const {
  const auto instance = present_->access();
  visit(instance->plugin());
}

bool Backend::replace(std::unique_ptr<Backend> next, std::chrono::milliseconds limit) {
  return present_->replace(*next->present_, limit);
}

Status Backend::drain(Deadline deadline) {
  const auto instance = present_->access();
  return fromAbi(instance->plugin().drain(instance->plugin().self,
                                          static_cast<std::uint64_t>(deadline.monotonic().count())));
}

}  // namespace larder
