// SPDX-License-Identifier: Apache-2.0
//
// For authors of backends in C++17: write a class and export it with one macro.
//
//     class Mine : public larder::plugin::Backend {
//      public:
//       static larder::plugin::Info info();                       // vendor, license, options
//       Mine(larder::plugin::Host host, const larder::plugin::Settings& settings);
//       larder_status get(larder_op& op) override;
//       larder_status set(larder_op& op) override;
//       larder_status erase(larder_op& op) override;
//       ...
//     };
//     LARDER_PLUGIN(Mine, "mine", "1.0.0")
//     LARDER_DEFINE_SCHEMES("mine,mines");  // URL schemes; by default, the plugin's name
//
// Header-only; depends only on abi.h and the standard library. This header catches every exception that
// leaves the class, so none reaches the host.
#ifndef LARDER_PLUGIN_HPP
#define LARDER_PLUGIN_HPP

#include <larder/abi.h>
#include <larder/operation_check.h>
#include <larder/sizing.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::plugin {

inline std::string_view view(const larder_bytes& bytes) {
  return {bytes.data, static_cast<std::size_t>(bytes.size)};
}
inline larder_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }

/// Copies `message` into a caller's buffer, truncated to fit.
inline void write(larder_text& text, std::string_view message) {
  const auto size = message.size() < text.capacity ? message.size() : text.capacity;
  if (size > 0) std::memcpy(text.data, message.data(), size);
  text.size = static_cast<std::uint32_t>(size);
}

/// Sets an operation's error text and returns `status`: `return fail(op, LARDER_AUTH, "...")`.
inline larder_status fail(larder_op& op, larder_status status, std::string_view why) {
  write(op.error, why);
  return status;
}

/// Thrown by a backend's constructor for an invalid setting. The text names the setting and a correct value.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The host's services. Cheap to copy. Valid from the start of the backend's constructor to the end of its
/// destructor. Thread-safe; never blocks.
class Host {
 public:
  explicit Host(const larder_host* host) : host_(host) {}

  void log(std::uint32_t level, std::string_view message) const {
    if (level >= host_->log_level(host_->self)) host_->log(host_->self, level, bytes(message));
  }
  void debug(std::string_view message) const { log(LARDER_LOG_DEBUG, message); }
  void info(std::string_view message) const { log(LARDER_LOG_INFO, message); }
  void warn(std::string_view message) const { log(LARDER_LOG_WARNING, message); }

  std::uint64_t monotonicNs() const { return host_->monotonic_ns(host_->self); }
  std::int64_t realtimeMs() const { return host_->realtime_ms(host_->self); }

  std::uint64_t random64() const {
    std::uint64_t number = 0;
    if (host_->random(host_->self, &number, sizeof number) != LARDER_OK)
      throw std::runtime_error("the host has no random numbers");
    return number;
  }

  /// Registers a metric; only in the backend's constructor. `name` is snake_case and ends in its unit,
  /// counters in "_total". Returns 0 if the host refuses the metric; add() and set() accept 0.
  std::uint64_t counter(std::string_view name, std::string_view help) const {
    return host_->register_metric(host_->self, LARDER_METRIC_COUNTER, bytes(name), bytes(help));
  }
  std::uint64_t gauge(std::string_view name, std::string_view help) const {
    return host_->register_metric(host_->self, LARDER_METRIC_GAUGE, bytes(name), bytes(help));
  }
  void add(std::uint64_t counter, std::uint64_t amount = 1) const {
    host_->add_metric(host_->self, counter, amount);
  }
  void set(std::uint64_t gauge, std::int64_t value) const { host_->set_metric(host_->self, gauge, value); }

  /// Reports the health of the store; call it only on changes. The reason must contain no secrets.
  void reportHealth(std::uint32_t health, std::string_view reason) const {
    host_->report_health(host_->self, health, bytes(reason));
  }

  const larder_host* raw() const { return host_; }

 private:
  const larder_host* host_;
};

inline constexpr larder_bytes text(std::string_view literal) { return {literal.data(), literal.size()}; }

/// Returns one row of the options table. The range is checked if `min < max`.
inline constexpr larder_option option(std::string_view name, std::uint32_t type,
                                      std::string_view default_value, std::string_view doc,
                                      std::int64_t min = 0, std::int64_t max = 0, std::uint32_t flags = 0) {
  return {sizeof(larder_option), type, flags, 0u, text(name), text(default_value), text(doc), min, max};
}

/// Describes a plugin. The arrays it points to must be constant data.
struct Info {
  std::string_view vendor;
  std::string_view license;  ///< SPDX
  const larder_option* options = nullptr;
  std::uint32_t optionCount = 0;
};

/// The settings passed to create. Every option with a default is present.
class Settings {
 public:
  Settings(const larder_setting* settings, std::uint32_t count) : settings_(settings), count_(count) {}

  bool has(std::string_view name) const { return find(name) != nullptr; }

  std::string_view text(std::string_view name) const {
    const auto* setting = find(name);
    return setting != nullptr ? view(setting->text) : std::string_view();
  }

  /// Returns the value of an integer, boolean, duration (milliseconds) or size (bytes) option; 0 if not set.
  std::int64_t number(std::string_view name) const {
    const auto* setting = find(name);
    return setting != nullptr ? setting->number : 0;
  }

  std::vector<std::string> list(std::string_view name) const {
    std::vector<std::string> elements;
    for (std::uint32_t i = 0; i < count_; ++i)
      if (view(settings_[i].name) == name) elements.emplace_back(view(settings_[i].text));
    return elements;
  }

 private:
  const larder_setting* find(std::string_view name) const {
    for (std::uint32_t i = 0; i < count_; ++i)
      if (view(settings_[i].name) == name) return &settings_[i];
    return nullptr;
  }

  const larder_setting* settings_;
  std::uint32_t count_;
};

/// Covers every opcode and flag except those of extensions.
inline constexpr std::uint64_t allCoreCapabilities =
    LARDER_CAP_CONDITIONS | LARDER_CAP_VERSIONS | LARDER_CAP_TTL | LARDER_CAP_CLEAR;

inline bool isExtension(std::uint32_t opcode) { return opcode >= LARDER_OP_INCREMENT; }

/// Validates an operation against abi.h before a backend sees it: returns LARDER_OK, INVALID, UNSUPPORTED or
/// TOO_LARGE.
inline larder_status check(const larder_op& op, std::uint64_t max_key_size, std::uint64_t max_value_size) {
  return larder_judge(&op, max_key_size, max_value_size);
}

/// Like check(), for the operations of extensions.
inline larder_status checkExtension(const larder_op& op, std::uint64_t max_key_size,
                                    std::uint64_t max_value_size) {
  constexpr std::uint64_t longest = 64;  // tokens and cursors, in bytes
  bool valid = op.flags == 0;
  switch (op.opcode) {
    case LARDER_OP_INCREMENT:
    case LARDER_OP_COMPARE_SET: valid = valid && larder_is_ttl(op.ttl_ms); break;
    case LARDER_OP_LOCK:
      valid = valid && larder_is_ttl(op.ttl_ms) && op.ttl_ms != LARDER_TTL_NONE;
      [[fallthrough]];
    case LARDER_OP_UNLOCK: valid = valid && op.value.size >= 1 && op.value.size <= longest; break;
    case LARDER_OP_SCAN:
      valid = valid && op.number >= 1 && op.number <= 10'000 && op.value.size <= longest;
      break;
    case LARDER_OP_INTROSPECT: break;
    default: return LARDER_UNSUPPORTED;
  }
  if (!valid) return LARDER_INVALID;
  if (op.key.size > max_key_size || op.name_space.size > max_key_size) return LARDER_TOO_LARGE;
  if (op.opcode == LARDER_OP_COMPARE_SET && op.value.size > max_value_size) return LARDER_TOO_LARGE;
  return LARDER_OK;
}

/// Makes `text` the result of a GET. The text is kept until the host releases it, even if the entry changes
/// or goes.
inline void lend(larder_op& op, std::shared_ptr<const std::string> text) {
  using Holder = std::shared_ptr<const std::string>;
  auto holder = std::make_unique<Holder>(std::move(text));
  op.result.data = (*holder)->data();
  op.result.size = (*holder)->size();
  op.result.owner = holder.release();
  op.result.release = [](void* owner) { delete static_cast<Holder*>(owner); };
}

/// Builds the result of SCAN: the next cursor and the keys, packed as abi.h specifies.
class ScanResult {
 public:
  explicit ScanResult(std::string_view cursor) { add(cursor); }
  void add(std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    packed_.append(reinterpret_cast<const char*>(&size), sizeof size);
    packed_.append(text);
  }
  /// Makes this the operation's result. Call it once, as the last step.
  void lendTo(larder_op& op) { lend(op, std::make_shared<const std::string>(std::move(packed_))); }

 private:
  std::string packed_;
};

/// The result of INTROSPECT for one entry. A member that is not set is unknown to the store.
struct EntryFacts {
  std::int64_t size = LARDER_SIZE_UNKNOWN;  ///< size of the value, in bytes
  std::int64_t ttlMs = LARDER_TTL_UNKNOWN;  ///< remaining time to live, at least 1, or LARDER_TTL_NONE
  std::int64_t idleMs = LARDER_IDLE_UNKNOWN;
  std::uint64_t version = 0;

  /// Copies these facts into the operation, as far as the host's struct has room for them.
  void tell(larder_op& op) const {
    op.result_number = size;
    op.result_ttl_ms = ttlMs;
    op.version = version;
    if (LARDER_HAS(&op, larder_op, result_idle_ms)) op.result_idle_ms = idleMs;
  }
};

/// Releases a donated value. For backends that copy.
inline void releaseDonation(const larder_op& op) { larder_release_donation(&op); }

/// Returned by Backend::extension for an extension of abi.h or sizing.h whose functions the class overrides.
inline constexpr larder_extension implemented{sizeof(larder_extension), 0u};

/// The base class of a backend.
///
/// A simple backend overrides get, set, erase and exists, and the functions that its capabilities require.
/// Each call receives one validated operation whose deadline has not passed, and returns its final status.
/// Calls may run on any thread and concurrently. A donated value is released after `set` returns, so `set`
/// must copy it.
///
/// A backend with I/O threads overrides `submit`. It must then validate its operations (`check`), enforce
/// their deadlines, count them, release donations, and never throw from there.
class Backend {
 public:
  virtual ~Backend() = default;
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  /// The LARDER_CAP_ bits and size limits (bytes) that the host may rely on. They must never change.
  virtual std::uint64_t capabilities() const { return 0; }
  virtual std::uint64_t maxKeySize() const { return 1024; }
  virtual std::uint64_t maxValueSize() const { return 1u << 20; }

  virtual larder_status get(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status set(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status erase(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status touch(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status exists(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status ttl(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status clearNamespace(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status ping(larder_op&) { return LARDER_OK; }

  /// Operations of extensions, for a backend whose `extension` returns &implemented for their ids.
  virtual larder_status increment(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status compareSet(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status lock(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status unlock(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status scan(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status introspect(larder_op&) { return LARDER_UNSUPPORTED; }
  virtual larder_status listen(const larder_invalidation_listener*) noexcept { return LARDER_UNSUPPORTED; }
  /// Of larder/sizing.h. Never waits for I/O.
  virtual void sizing(larder_sizing_report&) const noexcept {}

  virtual void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
    for (std::uint32_t i = 0; i < count; ++i) results[i] = perform(*ops[i]);
  }

  virtual void cancel(larder_op&) noexcept {}

  /// Reports what `perform` counted. An override that knows more, such as `entries`, calls this first.
  /// `stats` has room for every member.
  virtual void stats(larder_stats& stats) const noexcept {
    stats.pending = 0;
    stats.hits = hits_.load(std::memory_order_relaxed);
    stats.misses = misses_.load(std::memory_order_relaxed);
    stats.writes = writes_.load(std::memory_order_relaxed);
    stats.deletes = deletes_.load(std::memory_order_relaxed);
    stats.errors = errors_.load(std::memory_order_relaxed);
  }

  virtual larder_status drain(std::uint64_t /*deadline_ns*/) noexcept { return LARDER_OK; }
  virtual const void* extension(std::string_view) noexcept { return nullptr; }

 protected:
  /// Validates, performs and counts one operation inline.
  larder_status perform(larder_op& op) noexcept {
    larder_status status = isExtension(op.opcode) ? checkExtension(op, maxKeySize(), maxValueSize())
                                                  : check(op, maxKeySize(), maxValueSize());
    if (status == LARDER_OK && larder_lacks_capability(&op, capabilities())) status = LARDER_UNSUPPORTED;
    if (status == LARDER_OK && isLate(op)) status = LARDER_DEADLINE;
    if (status == LARDER_OK) {
      try {
        status = dispatch(op);
      } catch (const std::bad_alloc&) {
        status = LARDER_NO_MEMORY;
      } catch (const std::exception& error) {
        status = fail(op, LARDER_INTERNAL, error.what());
      } catch (...) {
        status = LARDER_INTERNAL;
      }
    }
    releaseDonation(op);
    count(op.opcode, status);
    return status;
  }

 private:
  template <class B>
  friend class Export;
  using Counter = std::atomic<std::uint64_t>;

  bool isLate(const larder_op& op) const noexcept {
    return op.deadline_ns != 0 && clock_ != nullptr && clock_->monotonic_ns(clock_->self) >= op.deadline_ns;
  }

  void count(std::uint32_t opcode, larder_status status) noexcept {
    if (status < 0) return increase(errors_);
    if (opcode == LARDER_OP_GET) return increase(status == LARDER_OK ? hits_ : misses_);
    if (status != LARDER_OK) return;
    if (opcode == LARDER_OP_SET) increase(writes_);
    if (opcode == LARDER_OP_DELETE) increase(deletes_);
  }
  static void increase(Counter& counter) noexcept { counter.fetch_add(1, std::memory_order_relaxed); }

  larder_status dispatch(larder_op& op) {
    switch (op.opcode) {
      case LARDER_OP_GET: return get(op);
      case LARDER_OP_SET: return set(op);
      case LARDER_OP_DELETE: return erase(op);
      case LARDER_OP_TOUCH: return touch(op);
      case LARDER_OP_EXISTS: return exists(op);
      case LARDER_OP_TTL: return ttl(op);
      case LARDER_OP_CLEAR_NAMESPACE: return clearNamespace(op);
      case LARDER_OP_PING: return ping(op);
      case LARDER_OP_INCREMENT: return increment(op);
      case LARDER_OP_COMPARE_SET: return compareSet(op);
      case LARDER_OP_LOCK: return lock(op);
      case LARDER_OP_UNLOCK: return unlock(op);
      case LARDER_OP_SCAN: return scan(op);
      case LARDER_OP_INTROSPECT: return introspect(op);
      default: return LARDER_UNSUPPORTED;
    }
  }

  const larder_host* clock_ = nullptr;  // set by Export after construction
  Counter hits_{0}, misses_{0}, writes_{0}, deletes_{0}, errors_{0};
};

}  // namespace larder::plugin

#include <larder/plugin_export.hpp>

#endif
