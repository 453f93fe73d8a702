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

/// While it lives, what it counts for is not closed. Copying it counts once more. Any thread may drop it.
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

/// A value on loan from a backend: the bytes stay as they are until the Value goes. Move-only, may be
/// moved to and dropped on any thread, and must be gone before its Backend.
class Value {
 public:
  Value() = default;
  /// `lender` keeps the value's owner open.
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
  Use lender_;  // first, so that it goes last
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
  increment = LARDER_OP_INCREMENT,  ///< of extensions: larder/extensions.hpp works with every backend
  compareSet = LARDER_OP_COMPARE_SET,
  lock = LARDER_OP_LOCK,
  unlock = LARDER_OP_UNLOCK,
  scan = LARDER_OP_SCAN,
  introspect = LARDER_OP_INTROSPECT,
};

/// Conditions of a write, joined by |. The values are the ABI's bits; abi.h says which exclude each other.
enum class OperationFlags : std::uint32_t {
  none = 0,
  ifAbsent = LARDER_IF_ABSENT,    ///< set: only if there is no live entry
  ifPresent = LARDER_IF_PRESENT,  ///< set: only if there is one
  ifVersion = LARDER_IF_VERSION,  ///< set, erase: only if its version is Operation::expectedVersion
  keepTtl = LARDER_KEEP_TTL,      ///< set: an entry that is there keeps its time to live
};
constexpr OperationFlags operator|(OperationFlags a, OperationFlags b) {
  return static_cast<OperationFlags>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr OperationFlags operator&(OperationFlags a, OperationFlags b) {
  return static_cast<OperationFlags>(static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b));
}
constexpr OperationFlags& operator|=(OperationFlags& a, OperationFlags b) { return a = a | b; }
/// True if `flags` has all of `wanted`.
constexpr bool has(OperationFlags flags, OperationFlags wanted) { return (flags & wanted) == wanted; }

/// Times to live: 1 ms .. 100 years, or this one.
inline constexpr std::chrono::milliseconds noExpiry{LARDER_TTL_NONE};

/// One operation to perform; the views are borrowed for the length of the call that takes it.
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
  /// Of set: the value, instead of `value`, which the backend may keep without a copy.
  std::shared_ptr<const std::string> donation{};
};

/// What became of it.
struct Outcome {
  Status status = Status::internal;
  Value value;  ///< get
  /// What is left, or noExpiry; 0: nobody told. Of ttl and introspect, and of get where the store tells it
  /// with the value.
  std::chrono::milliseconds ttl{0};
  std::uint64_t version = 0;  ///< get, set, introspect
  std::int64_t number = 0;    ///< increment; introspect: the value's size
  /// Of introspect: since the entry was last used; LARDER_IDLE_UNKNOWN: nobody told.
  std::chrono::milliseconds idle{0};
  std::string error;  ///< why, of a failure; no secrets, no users' data
};

/// How a host bounds what a plugin that hangs can hold.
struct PluginLimits {
  std::chrono::milliseconds open{10'000};  ///< for the plugin's create; then Backend::open throws
  /// Of a plugin that is neither INLINE nor ASYNC: on how many threads its calls run, 1 or more.
  std::size_t blockingThreads = 4;
};

/// One open cache backend: a plugin's instance, drained and closed by the destructor.
///
/// Thread-safe: any thread may call any method at any time; the destructor runs alone. A call never
/// outlives its deadline by more than a moment: an operation that is still pending then is detached and its
/// memory kept until the plugin lets go of it. The calls of a plugin that is neither INLINE nor ASYNC, and so
/// may block, run on threads of the backend's own, "larder-calls"; operations of one key keep their order
/// there. An instance that hangs in a call is not closed before that call returns, and the destructor does
/// not wait for it longer than a second.
///
/// What is open can be replaced while it is used: what describes the backend (capabilities, name, library,
/// stats) then is the new one's, and an operation that has begun ends on the one that it began on.
class Backend {
 public:
  /// Given the outcomes of Backend::start. Holds up to 88 bytes without allocation.
  using Callback = UniqueFunction<void(std::span<Outcome>), 88>;

  /// Opens `library` under `name`, which labels its log lines and metrics. Settings are checked against
  /// the plugin's options table: SettingError. A store that can't be reached is no error: operations
  /// answer Status::unavailable until it is. Blocks until the plugin has opened, on a thread of its own, or
  /// until `limits.open`: PluginError. Throws std::system_error if the backend's threads cannot start.
  /// `services` must outlive the backend.
  static std::unique_ptr<Backend> open(std::shared_ptr<const PluginLibrary> library, std::string name,
                                       const BackendSettings& settings, HostServices& services,
                                       const PluginLimits& limits = {});

  /// Opens what `url` names, as larder/backend_url.hpp says, under the label of the URL: BackendUrl::load in
  /// `search`, and the above. Throws SettingError and PluginError, neither with a
  /// password in it. `services` must outlive the backend.
  static std::unique_ptr<Backend> open(std::string_view url, HostServices& services,
                                       const PluginSearch& search = PluginSearch());

  /// A backend over `table`, which this library implements itself in front of `store`, as openTiers() does.
  /// Owns the table: the backend calls its destroy. library() is the store's. `services` must outlive the
  /// backend.
  static std::unique_ptr<Backend> over(const larder_backend& table, const Backend& store, std::string name,
                                       HostServices& services);
  ~Backend();
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  /// What ends an operation without a deadline on a backend that does I/O.
  static constexpr std::chrono::seconds ioLimit{5};

  /// Look up, store and remove one entry: perform() of the operation of that name, waiting as it does.
  /// Without a `deadline` they wait for the backend's own time-outs, ioLimit at most. Outcome::status is the
  /// answer; nothing but a lack of memory throws. `ttl` is 1 ms to 100 years; noExpiry: until evicted.
  Outcome get(std::string_view name_space, std::string_view key, Deadline deadline = Deadline::none());
  Outcome set(std::string_view name_space, std::string_view key, std::string_view value,
              std::chrono::milliseconds ttl = noExpiry, Deadline deadline = Deadline::none());
  Outcome erase(std::string_view name_space, std::string_view key, Deadline deadline = Deadline::none());

  /// Waits for one operation, until `deadline` at the latest: then Status::deadline.
  Outcome perform(const Operation& operation, Deadline deadline);

  /// Waits for several, sent together. outcomes[i] belongs to operations[i]; writes of the same key keep
  /// their order. The spans are of the same length.
  void perform(std::span<const Operation> operations, std::span<Outcome> outcomes, Deadline deadline);

  /// Starts several and calls `done` once with all outcomes: before start returns if the backend
  /// completes inline, else on a thread of the plugin's or of this class. `done` must not wait. What it
  /// throws passes to the caller if the backend is INLINE, and is logged otherwise. Does not block.
  void start(std::span<const Operation> operations, Deadline deadline, Callback done);

  /// Performs GETs without waiting for I/O, if every one of them can be: on an inline backend always, on
  /// tiers if L1 has a copy of each. False, with `outcomes` unspecified, if it takes perform() or start().
  bool performLocally(std::span<const Operation> operations, std::span<Outcome> outcomes);

  /// True if no operation ever waits for I/O (the plugin's INLINE capability).
  bool isInline() const;
  /// True if copies in this process stand in front of a shared store, which the backend then guards with a
  /// circuit breaker of its own: see openTiers().
  bool keepsCopies() const;
  /// What the plugin declares: LARDER_CAP_ bits. Operations that need another answer Status::unsupported.
  std::uint64_t capabilities() const;
  /// True if the plugin declares all these LARDER_CAP_ bits.
  bool has(std::uint64_t capabilities) const;
  /// The table of an extension, nullptr without it. Lives until the backend goes or is replaced.
  const void* extension(std::string_view id) const;
  std::uint64_t maxKeySize() const;
  std::uint64_t maxValueSize() const;
  std::string_view name() const;  ///< lives as long as the backend
  /// Lives as long as the backend.
  const PluginLibrary& library() const;
  const Clock& clock() const;
  larder_stats stats() const;

  /// `timeout` from now, for perform and start.
  Deadline in(std::chrono::milliseconds timeout) const { return Deadline::in(clock(), timeout); }

  /// For what extensions.hpp does not wrap; `self` of its functions is the table's. As extension().
  const larder_backend& table() const;
  /// Calls `visit` with that table, which is not closed meanwhile even if the backend is replaced.
  void withTable(const std::function<void(const larder_backend&)>& visit) const;

  /// Puts what `next` has open in the place of what is open here. Operations under way and values on loan
  /// stay with the former one, which is drained and closed on a thread of its own when the last of them has
  /// ended. `next` was opened with the same services and has no operation under way. False, with nothing
  /// changed, if the one that was replaced the time before is still in use after `limit`. Nobody listens by
  /// an InvalidationFeed meanwhile.
  bool replace(std::unique_ptr<Backend> next, std::chrono::milliseconds limit);

  /// Refuses new operations and waits for pending ones until `deadline`; ok, or deadline if some were cut.
  Status drain(Deadline deadline);

 private:
  friend class InvalidationFeed;  // logs what its handlers throw
  class Instance;
  class Present;
  void logCaught(std::string_view source) const noexcept;
  explicit Backend(std::unique_ptr<Instance> instance);
  std::unique_ptr<Present> present_;
};

}  // namespace larder

#endif
