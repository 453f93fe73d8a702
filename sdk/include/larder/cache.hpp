// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_HPP
#define LARDER_CACHE_HPP

#include <larder/backend.hpp>
#include <larder/circuit_breaker.hpp>
#include <larder/executor.hpp>
#include <larder/inspection.hpp>
#include <larder/key.hpp>
#include <larder/policy.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// The bytes of a cached value. They stay valid for as long as the Payload lives: they are borrowed from the
/// backend or shared with the other callers that received the same computation. Move-only. Must be destroyed
/// before the Cache.
class Payload {
 public:
  Payload() = default;
  /// `bytes` must lie within `loan`.
  Payload(Value loan, std::string_view bytes) : loan_(std::move(loan)), bytes_(bytes) {}
  explicit Payload(std::shared_ptr<const std::string> shared)
      : shared_(std::move(shared)), bytes_(*shared_) {}

  std::string_view bytes() const { return bytes_; }

 private:
  Value loan_;
  std::shared_ptr<const std::string> shared_;
  std::string_view bytes_;
};

/// How long a value may still be served after it has expired. A field that is not set falls back to the
/// request's Renewal.
struct StaleWindows {
  std::optional<std::chrono::milliseconds> whileRenewing{};  ///< Renewal::staleWhileRevalidate
  std::optional<std::chrono::milliseconds> onError{};        ///< Renewal::staleIfError

  /// Returns `renewal` with the windows that are set here in place of its own.
  Renewal over(Renewal renewal) const {
    renewal.staleWhileRevalidate = whileRenewing.value_or(renewal.staleWhileRevalidate);
    renewal.staleIfError = onError.value_or(renewal.staleIfError);
    return renewal;
  }
};

/// Stores a value under a key that is known only once the value has been computed: see Computed::redirect.
struct Redirect {
  Key key;              ///< where the value is stored
  std::string pointer;  ///< stored under the request's key; says how to find the value
  std::chrono::milliseconds pointerExpire{0};
};

/// The result of a computation.
struct Computed {
  std::string payload;
  /// False: only the caller that computed this result receives it; it is neither shared nor stored.
  bool cacheable = true;
  /// True: this value represents an error. A stale value is served instead if the request allows one. If it
  /// is also not cacheable, it counts as a failure of the computation: see Compute.
  bool failed = false;
  /// If `failed`: the status, such as an HTTP status, that waiting callers read from
  /// ComputationFailed::status().
  int status = 0;
  /// Shortens the request's `expire` for this value, to no less than 1 ms. May be 0 for a value that is kept
  /// after it has expired (`keepExpired`): it is then expired from the start, and waiting callers compute
  /// their own.
  std::optional<std::chrono::milliseconds> expire{};
  /// How long this value is kept after it has expired. Overrides CacheRequest::keepExpired.
  std::optional<std::chrono::milliseconds> keepExpired{};
  /// Tags in addition to the request's, at most kMaxAddedTags. Needs CacheRequest::addsTags.
  std::vector<std::string> tags{};
  /// Stores the value under this key instead of the request's, and a pointer entry under the request's key.
  /// Both carry the same tags and are written together. Followers of this computation receive the pointer and
  /// look up the key it names.
  std::optional<Redirect> redirect{};
};

inline constexpr std::size_t kMaxAddedTags = 64;

/// Computes the value. If it throws, this caller receives the exception and one of the waiting callers
/// computes the value again. If that second attempt fails too, every waiting caller receives the failure: the
/// exception or, for a Computed that failed and is not cacheable, ComputationFailed, because only the caller
/// that computed such a payload may see it. A source that is down is therefore asked twice per key, not once
/// per caller. Overloaded does not count as a failure of the source.
///
/// Runs on the executor of the caller that supplied it. If the request refreshes in the background, it may
/// instead run on a thread of the Cache after that caller has been answered, so it must then own everything
/// it uses.
using Compute = std::function<Computed()>;

/// Like Compute, but receives the payload of the expired value, for example to check whether it is still
/// valid and return it again.
using Recompute = std::function<Computed(std::string_view former)>;

/// The computation that the caller waited for failed, and so did a second attempt. `status` is
/// Computed::status.
class ComputationFailed : public std::runtime_error {
 public:
  explicit ComputationFailed(int status)
      : std::runtime_error("the computation failed for another caller"), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// The computation took too long: the caller waited for it and then for a second one, each for
/// CacheOptions::flightWait.
class WaitedTooLong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What to look up or compute, and how long to keep it.
struct CacheRequest {
  std::string_view nameSpace;  ///< within the cache's prefix; the unit that clear() removes
  Key key;
  std::chrono::milliseconds expire{0};
  std::vector<std::string> tags{};
  Renewal renewal{};
  std::chrono::milliseconds lockAcrossHosts{0};  ///< see CachePolicy::lockAcrossHosts; 0: no lock
  std::optional<std::size_t> compressFrom{};     ///< overrides CacheOptions::compressFrom
  /// Allows `compute` to add tags (Computed::tags). A value with added tags is not stored if this is false or
  /// if it adds too many.
  ///
  /// A value computed while one of its tags was invalidated, on any host, is never served afterwards. Added
  /// tags are not known when the computation begins, so the check compares marks that change with every
  /// invalidation; all tags share 16 marks by hash. A value with added tags is not stored if any tag with the
  /// same mark was invalidated during its computation; a collision costs one extra computation and nothing
  /// else. The check relies neither on clocks nor on which entries a store keeps. It costs two or three extra
  /// round trips per computation, and one per hit with added tags.
  bool addsTags = false;
  /// Ignores the stored value: the value is computed, or a computation in flight is joined, and the result
  /// replaces the stored value. If the computation fails, the stored value stays.
  bool ignoreStored = false;
  /// How long a value is kept after it has expired, so that `recompute` can use it. Not set: as long as
  /// `renewal` needs it.
  std::optional<std::chrono::milliseconds> keepExpired{};
  /// For find(): also returns a value that expired at most this long ago; its source is then `stale`.
  /// getOrCompute ignores it.
  std::chrono::milliseconds maxStale{0};
  /// If set, called instead of `compute` when the expired or refreshed value is available.
  Recompute recompute{};
  /// If set, returns how long this value may be served after it has expired. Called on the threads that
  /// deliver look-ups; must neither block nor throw.
  StaleWindows (*staleWindows)(std::string_view payload) = nullptr;
  /// Returns false for bytes that the caller cannot decode. Such an entry counts as a miss, and the
  /// recomputed value replaces it. Called on the threads that deliver look-ups; must neither block nor throw.
  bool (*accepts)(std::string_view payload) = nullptr;
  Compute compute{};
};

/// What findFresh() looks for. Borrowed for the duration of the call. The fields mean the same as in
/// CacheRequest.
struct FreshLookUp {
  std::string_view nameSpace;
  const Key& key;
  std::span<const std::string> tags{};
  double eagerRefresh = 0;  ///< a value due for a refresh counts as missing, so that getOrCompute refreshes
                            ///< it
};

/// Computes the values of the keys that were not found. `missing` holds their indices in BatchRequest::keys;
/// the result holds one Computed per index, in the same order. If it throws, all of these keys receive the
/// exception. Called once per batch, and once more for each key whose computation by another caller, in
/// flight at the same time, failed. Otherwise like Compute.
using BatchCompute = std::function<std::vector<Computed>(std::span<const std::size_t> missing)>;

/// What to look up or compute for several keys at once.
struct BatchRequest {
  std::string_view nameSpace;  ///< see CacheRequest::nameSpace
  std::vector<Key> keys;       ///< duplicates are allowed
  std::chrono::milliseconds expire{0};
  std::vector<std::string> tags{};  ///< attached to every entry
  Renewal renewal{};
  std::optional<std::size_t> compressFrom{};  ///< see CacheRequest::compressFrom
  BatchCompute compute{};
};

struct CacheResult {
  enum class Source {
    hit,           ///< from the backend
    stale,         ///< from the backend, expired, while it is refreshed (also after a soft timeout)
    staleOnError,  ///< from the backend, expired, because the computation failed
    computed,      ///< by this caller's compute
    shared,        ///< by another caller's compute that was in flight
    failed         ///< `error` holds the reason
  };
  /// Whether a computed value was stored.
  enum class Storing { stored, notCacheable, tooLarge, backendFailed };

  Source source = Source::failed;
  Payload payload;
  std::exception_ptr error;
  Storing storing = Storing::stored;  ///< if computed or shared
  bool redirected = false;            ///< if computed: the value used Computed::redirect
  std::chrono::milliseconds age{0};   ///< since the value was computed; never negative
  std::chrono::milliseconds ttl{0};   ///< remaining freshness; negative: how long it has been stale
};

/// The executor is full and refused to run a computation.
class Overloaded : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct CacheOptions {
  std::string prefix = "larder";                    ///< separates applications that share a store
  std::chrono::milliseconds operationTimeout{250};  ///< per step with the backend
  std::chrono::milliseconds flightWait{5000};       ///< how long to wait for another caller's computation.
                                                    ///< After that one waiting caller computes; the others
                                                    ///< wait once more, then fail with WaitedTooLong
  std::chrono::milliseconds hitForMiss{2000};       ///< how long after an uncacheable result requests for
                                                    ///< that key bypass single flight
  std::size_t maxPayload = 1 << 20;                 ///< bytes; larger values are not stored
  std::size_t compressFrom = 0;           ///< bytes; values of at least this size are stored compressed
                                          ///< (zstd) if that saves at least an eighth; 0: never. Needs
                                          ///< canCompress(), otherwise the Cache's constructor throws
                                          ///< std::invalid_argument. Compressed entries stay readable when
                                          ///< this setting changes
  std::size_t refreshThreads = 2;         ///< for background refreshes; started on demand
  std::size_t maxRefreshes = 64;          ///< refreshes waiting for a thread; further ones are dropped
  std::size_t maxInvalidations = 10'000;  ///< failed invalidations waiting for a retry
  CircuitOptions circuit{};               ///< applies to backends that do I/O
  /// Called after each round trip to the backend with its duration and the operation that started it; the
  /// round trip may include further operations, such as the look-up of an entry's tags. Runs on the thread on
  /// which the round trip ended; must neither block nor throw.
  std::function<void(OpCode first, std::chrono::nanoseconds took)> onRoundTrip{};
  /// Called after each look-up that missed because of `tag`: an entry was stored, but its tag has been
  /// invalidated since on any host, or the store has lost the tag's stamp. Runs on the thread of the look-up;
  /// must neither block nor throw.
  std::function<void(std::string_view tag)> onOutdated{};
  std::function<double()> random{};  ///< for jitter: returns a number in [0, 1); empty: a built-in generator
};

/// Numbers of events since the start. They never decrease.
struct CacheCounters {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t shared = 0;          ///< calls answered by another caller's computation
  std::uint64_t flightWaits = 0;     ///< calls that began to wait for another caller's computation
  std::uint64_t flightTimeouts = 0;  ///< of these, calls that waited for the whole of
                                     ///< CacheOptions::flightWait and then computed, waited again or failed
  std::uint64_t stale = 0;           ///< calls answered with an expired value
  std::uint64_t computations = 0;
  std::uint64_t refreshes = 0;  ///< of these, in the background
  std::uint64_t refreshFailures = 0;
  std::uint64_t stores = 0;
  std::uint64_t tooLarge = 0;
  std::uint64_t compressed = 0;    ///< attempted stores whose value was compressed
  std::uint64_t bytesSaved = 0;    ///< by compression
  std::uint64_t readFailures = 0;  ///< of the backend; each counted as a miss
  std::uint64_t writeFailures = 0;
  std::uint64_t invalidations = 0;
  std::uint64_t invalidationFailures = 0;
  std::uint64_t invalidationsRetried = 0;  ///< failed invalidations that a retry completed
  std::uint64_t invalidationsLost = 0;     ///< failed invalidations dropped because the retry queue was full:
                                           ///< all hosts, this one included, may serve the values they
                                           ///< covered until those expire
  std::uint64_t circuitOpenings = 0;
  std::uint64_t circuitRefusals = 0;  ///< operations not attempted because the circuit was open
};

/// A snapshot of the current state.
struct CacheState {
  std::size_t invalidationsWaiting = 0;
  CircuitState circuit = CircuitState::closed;
};

/// The cache engine: looks values up in a backend and computes missing ones, each key once at a time.
///
/// Everything is built on completions. `getOrCompute` with an executor never blocks, and its continuation
/// runs inline when the backend answers inline; the blocking form wraps it. A failing backend costs at most
/// `operationTimeout` per step and never an answer: a failed read counts as a miss, and a failed write is
/// dropped and counted. After CircuitOptions::failures consecutive failures the circuit opens.
///
/// Thread-safe. The destructor must run when no call is in flight, and not on one of the cache's own threads;
/// it blocks until pending refreshes have finished.
class Cache {
 public:
  using Done = std::function<void(CacheResult)>;
  using BatchDone = std::function<void(std::vector<CacheResult>)>;

  /// Throws std::invalid_argument for options that are out of range, such as an empty prefix, a time limit of
  /// 0 or a negative duration.
  Cache(std::shared_ptr<Backend> backend, CacheOptions options);

  /// Opens a cache on the backend that `url` names: "redis://localhost:6379/0", "lru://?max_bytes=64MiB", or
  /// a plugin's name or file (larder/backend_url.hpp). Finds the plugin in `search`, loads it and opens it.
  /// An unreachable store is not an error. Blocks while the plugin opens.
  ///
  /// The backend's log lines, metrics and health reports go to `services`, which must outlive the cache;
  /// without it they are dropped.
  ///
  /// Throws SettingError and PluginError, whose texts never contain a password, and std::invalid_argument for
  /// invalid options.
  ///
  ///     auto cache = larder::Cache::open("redis://localhost:6379/0", {.prefix = "shop"});
  static Cache open(std::string_view url, CacheOptions options = {}, HostServices* services = nullptr,
                    const PluginSearch& search = PluginSearch());
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  /// Looks the value up or computes it, without blocking. Calls `done` once, on this thread or on one of
  /// `executor`, of the backend or of the cache, so `done` must not block. `executor` must accept work until
  /// then. Throws std::invalid_argument for a request whose `expire` is not positive or whose renewal is out
  /// of range; so do the overloads below.
  void getOrCompute(CacheRequest request, Executor& executor, Done done);

  /// Blocking form: runs the computation on this thread. Throws the exception of the computation.
  CacheResult getOrCompute(CacheRequest request);

  /// The same two operations for a key that findFresh() has just missed: they skip that look-up.
  void getOrComputeMissed(CacheRequest request, Executor& executor, Done done);
  CacheResult getOrComputeMissed(CacheRequest request);

  /// Looks up or computes the values of several keys: results[i] belongs to keys[i]. One round trip to the
  /// backend looks up all keys and one stores the computed values. `compute` is called once, with the missing
  /// keys that no other caller is computing. Each key is checked, shared and refreshed as by getOrCompute. A
  /// key that fails does not affect the others; its result holds CacheResult::error.
  void getOrComputeMany(BatchRequest request, Executor& executor, BatchDone done);

  /// Blocking form: runs the computation on this thread. Throws the error of the first key that has one.
  std::vector<CacheResult> getOrComputeMany(BatchRequest request);

  /// Returns a fresh value that is in this process: in an in-memory backend, or in L1 of tiers. Runs on this
  /// thread and never blocks; allocates nothing if the entry has at most three tags of up to 72 bytes each.
  /// For callers that would otherwise have to prepare a computation first. Returns nullopt if the answer
  /// would take I/O. Counts only hits: getOrComputeMissed() continues after a miss.
  std::optional<CacheResult> findFresh(const FreshLookUp& wanted);

  /// Looks up a value that is fresh, or expired at most CacheRequest::maxStale ago, without computing one.
  /// The request's `expire` and `compute` are ignored. A failing backend counts as a miss. Calls `found`
  /// once, on this thread or one of the backend.
  using WhenFound = std::function<void(std::optional<CacheResult>)>;
  void find(CacheRequest request, WhenFound found);

  /// Blocking form: waits for the backend.
  std::optional<CacheResult> find(const CacheRequest& request);

  /// Returns the entry that a look-up of the request finds, and whether it would be served. Blocks as find()
  /// does. Updates no counters and triggers no refresh here; the backend sees an ordinary look-up.
  Inspection inspect(const CacheRequest& request);

  /// Invalidates every entry that carries one of `tags`, including entries being computed now. O(1) per tag.
  ///
  /// Any result but ok means that the backend did not take the invalidation. It is then retried in the
  /// background until it succeeds. Meanwhile this host neither serves nor stores the entries it covers, but
  /// other hosts still serve old values. The same holds for erase and clear.
  ///
  /// Blocks for at most four times operationTimeout. Returns Status::invalid and does nothing on a thread
  /// that runs a completion of a backend that does I/O, or of the cache's timers, such as a `done` of this
  /// class: use the completion form below there.
  Status invalidate(std::span<const std::string> tags);
  /// `cache.invalidate({"prices", "stock"})`
  Status invalidate(std::initializer_list<std::string_view> tags);
  /// `cache.invalidate("prices")`
  Status invalidate(std::string_view tag);

  /// Without blocking: calls `done` once, on this thread or another of the backend's or the cache's. `done`
  /// must not block.
  using WhenInvalid = std::function<void(Status)>;
  void invalidate(std::vector<std::string> tags, WhenInvalid done);

  /// Stores `payload` under the request's key, replacing any value there, with the request's tags and
  /// lifetime. A computation of that key in flight, on any host, does not overwrite it. The request's
  /// `compute` and the fields that belong to it are ignored.
  ///
  /// Any result but ok means that the value may not be stored; the previous value may then still be served.
  /// Status::tooLarge means that the payload exceeds CacheOptions::maxPayload bytes. Blocks, and returns
  /// Status::invalid, as invalidate() does. Throws std::invalid_argument as getOrCompute() does.
  Status set(CacheRequest request, std::string payload);
  void set(CacheRequest request, std::string payload, WhenInvalid done);

  /// Removes one entry; a computation of it in flight is not stored. Returns ok also if there was no entry.
  /// Blocks, and returns Status::invalid, as invalidate() does.
  Status erase(std::string_view nameSpace, const Key& key);
  void erase(std::string_view nameSpace, const Key& key, WhenInvalid done);

  /// Removes all entries of a namespace. O(1). Blocks, and returns Status::invalid, as invalidate() does.
  Status clear(std::string_view nameSpace);
  void clear(std::string_view nameSpace, WhenInvalid done);

  // ---- Values of any type with a larder::Codec (larder/codec.hpp), by name ----
  //
  // They live in the namespace valueSpace. As everywhere, a failing backend costs time but never an answer.
  // These calls block: for the backend, at most operationTimeout per step, and for the computation.
  //
  //     auto user = cache.getOrCompute<User>("user:7", larder::cache(30s).tag("users"),
  //                                          [] { return load(7); });

  static constexpr std::string_view valueSpace = "values";

  /// Returns the value under `key`, or else the result of `compute`, which is then kept according to
  /// `policy`. As everywhere, one caller computes at a time. Throws the exception of `compute`, and
  /// std::invalid_argument for a policy with a part that only applies to responses. If the policy refreshes
  /// in the background, `compute` is copied and also runs on threads of the cache, so it must own everything
  /// it uses.
  template <class T, std::invocable Compute>
  T getOrCompute(const Key& key, const CachePolicy& policy, Compute compute);

  /// Returns the value under `key` if it exists and is fresh; nullopt also if the backend fails or the bytes
  /// do not decode as a T. An entry with tags costs one round trip more than with getOrCompute, which knows
  /// the tags in advance.
  template <class T>
  std::optional<T> get(const Key& key);

  /// Stores `value` under `key` according to `policy`, as the set() above does. Throws std::invalid_argument
  /// as getOrCompute does.
  ///
  ///     cache.set("user:7", user, larder::cache(30s).tag("users"));
  template <class T>
  Status set(const Key& key, const T& value, const CachePolicy& policy);

  /// Removes the value under `key`, as the erase() above does.
  Status erase(const Key& key) { return erase(valueSpace, key); }

  /// Switches to the instance that `next` has open: calls from now on use it, calls in flight finish on the
  /// previous one (Backend::replace). All tags start over in `next`: it has not seen the invalidations made
  /// here since it was last used, and its old entries must not be served again. Throws std::runtime_error,
  /// with nothing changed but those tags, if `next` cannot reset them within operationTimeout, or if the
  /// instance replaced the time before is still in use.
  void replaceBackend(std::unique_ptr<Backend> next);

  /// Blocks until background refreshes have finished and starts no more. Call it at the end of a program,
  /// before the objects that computations use are destroyed.
  void stopRenewing();

  CacheCounters counters() const;
  CacheState state() const;
  Backend& backend();
  const CacheOptions& options() const;

  /// Registers `name` for a function of these types, given as a fingerprint of their structure. Throws
  /// std::invalid_argument if the name is already registered for other types on this Cache. Called by
  /// larder::cached().
  void claimFunctionName(std::string_view name, std::uint64_t types);

  /// Retries all pending invalidations once, together. Call it at the end of a program. Blocks for at most
  /// the shorter of `limit` and operationTimeout per attempt. Returns one text per invalidation that is lost
  /// with the Cache: "tag users", "entry larder:functions ...", "namespace larder:functions".
  std::vector<std::string> finishInvalidations(std::chrono::milliseconds limit);

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace larder

#include <larder/typed_values.hpp>

#endif
