// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_HPP
#define LARDER_BACKEND_HPP

#include <larder/abi.h>
#include <larder/backend_settings.hpp>
#include <larder/backend_url.hpp>
#include <larder/deadline.hpp>
#include <larder/host_services.hpp>
#include <larder/plugin_library.hpp>
#include <larder/status.hpp>
#include <larder/unique_function.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder {

class UseCount;

/// Keeps the object behind its UseCount open while it exists. Each copy counts once more. May be destroyed on
/// any thread.
class Use {
 public:
  Use() = default;
  explicit Use(UseCount& count) : count_(&count) { begin(); }
  Use(const Use& other) : count_(other.count_) {
    if (count_ != nullptr) begin();
  }
  Use(Use&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
  Use& operator=(Use other) noexcept {
    std::swap(count_, other.count_);
    return *this;
  }
  ~Use() {
    if (count_ != nullptr) end();
  }

 private:
  void begin();
  void end();

  UseCount* count_ = nullptr;
};

/// A value borrowed from a backend. The bytes stay unchanged until the Value is destroyed. Move-only; may be
/// moved to and destroyed on any thread, and must be destroyed before its Backend.
class Value {
 public:
  Value() = default;
  /// `lender` keeps the backend that owns the bytes open.
  explicit Value(const larder_value& value, Use lender = {}) : lender_(std::move(lender)), value_(value) {}
  Value(Value&& other) noexcept
      : lender_(std::move(other.lender_)), value_(std::exchange(other.value_, larder_value{})) {}
  Value& operator=(Value&& other) noexcept {
    if (this != &other) {
      release();
      lender_ = std::move(other.lender_);
      value_ = std::exchange(other.value_, larder_value{});
    }
    return *this;
  }
  ~Value() { release(); }

  std::string_view view() const { return {value_.data, static_cast<std::size_t>(value_.size)}; }

 private:
  void release() {
    if (value_.release != nullptr) value_.release(value_.owner);
  }
  Use lender_;  // declared first, so that it is destroyed last
  larder_value value_{};
};

enum class OpCode : std::uint32_t {
  get = LARDER_OP_GET,
  set = LARDER_OP_SET,
  erase = LARDER_OP_DELETE,
  touch = LARDER_OP_TOUCH,
  exists = LARDER_OP_EXISTS,
  ttl = LARDER_OP_TTL,
  clearNamespace = LARDER_OP_CLEAR_NAMESPACE,
  ping = LARDER_OP_PING,
  increment = LARDER_OP_INCREMENT,  ///< from here on, opcodes of extensions; larder/extensions.hpp works with
                                    ///< every backend
  compareSet = LARDER_OP_COMPARE_SET,
  lock = LARDER_OP_LOCK,
  unlock = LARDER_OP_UNLOCK,
  scan = LARDER_OP_SCAN,
  introspect = LARDER_OP_INTROSPECT,
};

/// Conditions of a write, combined with |. The values are the ABI's bits; abi.h says which of them exclude
/// each other.
enum class OperationFlags : std::uint32_t {
  none = 0,
  ifAbsent = LARDER_IF_ABSENT,    ///< set: only if there is no live entry
  ifPresent = LARDER_IF_PRESENT,  ///< set: only if there is a live entry
  ifVersion = LARDER_IF_VERSION,  ///< set, erase: only if the entry's version is Operation::expectedVersion
  keepTtl = LARDER_KEEP_TTL,      ///< set: an existing entry keeps its time to live
};
constexpr OperationFlags operator|(OperationFlags a, OperationFlags b) {
  return static_cast<OperationFlags>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr OperationFlags operator&(OperationFlags a, OperationFlags b) {
  return static_cast<OperationFlags>(static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b));
}
constexpr OperationFlags& operator|=(OperationFlags& a, OperationFlags b) { return a = a | b; }
/// Returns true if `flags` contains all of `wanted`.
constexpr bool has(OperationFlags flags, OperationFlags wanted) { return (flags & wanted) == wanted; }

/// No time to live: the entry stays until evicted. Other times to live are 1 ms to 100 years.
inline constexpr std::chrono::milliseconds noExpiry{LARDER_TTL_NONE};

/// One operation to perform. The views are borrowed for the duration of the call that takes it.
struct Operation {
  OpCode code = OpCode::get;
  OperationFlags flags = OperationFlags::none;
  std::string_view nameSpace{};
  std::string_view key{};
  std::string_view value{};
  std::chrono::milliseconds ttl = noExpiry;
  std::uint64_t expectedVersion = 0;  ///< with OperationFlags::ifVersion
  std::int64_t number = 0;            ///< increment, scan
  std::string_view expected{};        ///< compareSet
  /// set: replaces `value`, and the backend may keep it without copying.
  std::shared_ptr<const std::string> donation{};
};

/// The outcome of one operation. The comments name the opcodes that set a member.
struct Outcome {
  Status status = Status::internal;
  Value value;  ///< get
  /// ttl, introspect, and get if the store reports it with the value: the remaining time to live, or
  /// noExpiry; 0: unknown.
  std::chrono::milliseconds ttl{0};
  std::uint64_t version = 0;  ///< get, set, introspect
  std::int64_t number = 0;    ///< increment; introspect: the value's size
  /// introspect: time since the entry was last used; LARDER_IDLE_UNKNOWN: unknown.
  std::chrono::milliseconds idle{0};
  std::string error;  ///< reason for a failure; contains no secrets and no user data
};

/// Limits on the resources that a hanging plugin can hold.
struct PluginLimits {
  std::chrono::milliseconds open{10'000};  ///< for the plugin's create; after that Backend::open throws
  /// For a plugin that is neither INLINE nor ASYNC: the number of threads that run its calls; 1 or more.
  std::size_t blockingThreads = 4;
};

/// One open cache backend: a plugin's instance, which the destructor drains and closes.
///
/// Thread-safe: any thread may call any method at any time, but the destructor must not overlap another call.
/// A call may exceed its deadline slightly: an operation still pending then is detached, and its
/// memory is kept until the plugin completes it. Calls into a plugin that is neither INLINE nor ASYNC, and
/// may therefore block, run on the backend's own threads, "larder-calls"; operations on the same key keep
/// their order there. An instance that hangs in a call is not closed before that call returns, but the
/// destructor waits for it at most one second.
///
/// The open instance can be replaced while it is in use. The description of the backend (capabilities, name,
/// library, stats) then comes from the new instance, and each operation finishes on the instance on which it
/// began.
class Backend {
 public:
  /// Receives the outcomes of Backend::start. Stores callables of up to 88 bytes without allocating.
  using Callback = UniqueFunction<void(std::span<Outcome>), 88>;

  /// Opens `library` under `name`, which labels its log lines and metrics. `services` must outlive the
  /// backend. Blocks until the plugin has opened, on a thread of its own, or until `limits.open` expires.
  ///
  /// An unreachable store is not an error: operations return Status::unavailable until it can be reached.
  /// Throws SettingError if the settings do not match the plugin's options table, PluginError if opening
  /// fails or takes too long, and std::system_error if the backend's threads cannot start.
  static std::unique_ptr<Backend> open(std::shared_ptr<const PluginLibrary> library, std::string name,
                                       const BackendSettings& settings, HostServices& services,
                                       const PluginLimits& limits = {});

  /// Opens the backend that `url` names (larder/backend_url.hpp), labeled with BackendUrl::label:
  /// BackendUrl::load in `search`, then the above. Throws SettingError and PluginError,
  /// whose texts never contain a password. `services` must outlive the backend.
  static std::unique_ptr<Backend> open(std::string_view url, HostServices& services,
                                       const PluginSearch& search = PluginSearch());

  /// Creates a backend over `table`, which this library itself implements in front of `store`, as openTiers()
  /// does. Takes ownership of the table and calls its destroy. library() is the store's. `services` must
  /// outlive the backend.
  static std::unique_ptr<Backend> over(const larder_backend& table, const Backend& store, std::string name,
                                       HostServices& services);
  ~Backend();
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  /// Time limit of an operation without a deadline on a backend that does I/O.
  static constexpr std::chrono::seconds ioLimit{5};

  /// Look up, store or remove one entry: blocking shorthands for perform() with that operation. Without a
  /// `deadline` they wait for the backend's own timeouts, at most ioLimit. The result is in Outcome::status;
  /// only a lack of memory throws. `ttl` is 1 ms to 100 years; noExpiry: until evicted.
  Outcome get(std::string_view name_space, std::string_view key, Deadline deadline = Deadline::none());
  Outcome set(std::string_view name_space, std::string_view key, std::string_view value,
              std::chrono::milliseconds ttl = noExpiry, Deadline deadline = Deadline::none());
  Outcome erase(std::string_view name_space, std::string_view key, Deadline deadline = Deadline::none());

  /// Performs one operation and blocks until it completes, or until `deadline` with Status::deadline.
  Outcome perform(const Operation& operation, Deadline deadline);

  /// Performs several operations, sent together, and blocks until they complete. outcomes[i] belongs to
  /// operations[i]; the spans must have the same length. Writes of the same key keep their order.
  void perform(std::span<const Operation> operations, std::span<Outcome> outcomes, Deadline deadline);

  /// Starts several operations without blocking, and calls `done` once with all outcomes: before start()
  /// returns if the backend completes inline, otherwise on a thread of the plugin or of this class. `done`
  /// must not block. An exception of `done` propagates to the caller if the backend is INLINE and is logged
  /// otherwise.
  void start(std::span<const Operation> operations, Deadline deadline, Callback done);

  /// Performs GETs if all of them can be performed without waiting for I/O: on an inline backend always, on
  /// tiers if L1 has a copy of each. Otherwise returns false and leaves `outcomes` unspecified; use perform()
  /// or start() then.
  bool performLocally(std::span<const Operation> operations, std::span<Outcome> outcomes);

  /// Returns true if no operation ever waits for I/O (the plugin's INLINE capability).
  bool isInline() const;
  /// Returns true if this process keeps copies in front of a shared store, which the backend then guards with
  /// its own circuit breaker: see openTiers().
  bool keepsCopies() const;
  /// Returns the LARDER_CAP_ bits that the plugin declares. Operations that need any other bit return
  /// Status::unsupported.
  std::uint64_t capabilities() const;
  /// Returns true if the plugin declares all of these LARDER_CAP_ bits.
  bool has(std::uint64_t capabilities) const;
  /// Returns the table of an extension, or nullptr if the plugin lacks it. Valid until the backend is
  /// destroyed or replaced.
  const void* extension(std::string_view id) const;
  std::uint64_t maxKeySize() const;
  std::uint64_t maxValueSize() const;
  std::string_view name() const;  ///< valid as long as the backend
  /// Valid as long as the backend.
  const PluginLibrary& library() const;
  const Clock& clock() const;
  larder_stats stats() const;

  /// Returns the deadline `timeout` from now, for perform and start.
  Deadline in(std::chrono::milliseconds timeout) const { return Deadline::in(clock(), timeout); }

  /// Returns the plugin's table, for extensions that extensions.hpp does not wrap; pass its `self` to their
  /// functions. Valid as for extension().
  const larder_backend& table() const;
  /// Calls `visit` with that table, which stays open during the call even if the backend is replaced.
  void withTable(const std::function<void(const larder_backend&)>& visit) const;

  /// Replaces the instance that is open here with that of `next`. Operations in flight and borrowed values
  /// stay with the previous instance, which is drained and closed on its own thread once the last of them has
  /// ended.
  ///
  /// `next` must have been opened with the same services and have no operation in flight. No InvalidationFeed
  /// may be listening. Returns false, with nothing changed, if the instance replaced the time before is still
  /// in use after `limit`.
  bool replace(std::unique_ptr<Backend> next, std::chrono::milliseconds limit);

  /// Refuses new operations and blocks until pending ones have completed or `deadline` passes. Returns ok, or
  /// deadline if some operations were cut off.
  Status drain(Deadline deadline);

 private:
  friend class InvalidationFeed;  // logs exceptions of its handlers
  class Instance;
  class Present;
  void logCaught(std::string_view source) const noexcept;
  explicit Backend(std::unique_ptr<Instance> instance);
  std::unique_ptr<Present> present_;
};

}  // namespace larder

#endif
