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

/// Bytes of a cached value, kept for as long as the Payload lives: on loan from the backend, or shared with
/// others that waited for the same computation. Move-only; must be gone before the Cache.
class Payload {
 public:
  Payload() = default;
  /// `bytes` lie within `loan`.
  Payload(Value loan, std::string_view bytes) : loan_(std::move(loan)), bytes_(bytes) {}
  explicit Payload(std::shared_ptr<const std::string> shared)
      : shared_(std::move(shared)), bytes_(*shared_) {}

  std::string_view bytes() const { return bytes_; }

 private:
  Value loan_;
  std::shared_ptr<const std::string> shared_;
  std::string_view bytes_;
};

/// For how long after it expired one value may still be served; what is not set is as the request's Renewal
/// says.
struct StaleWindows {
  std::optional<std::chrono::milliseconds> whileRenewing{};  ///< Renewal::staleWhileRevalidate
  std::optional<std::chrono::milliseconds> onError{};        ///< Renewal::staleIfError

  /// `renewal` with these windows where they are set.
  Renewal over(Renewal renewal) const {
    renewal.staleWhileRevalidate = whileRenewing.value_or(renewal.staleWhileRevalidate);
    renewal.staleIfError = onError.value_or(renewal.staleIfError);
    return renewal;
  }
};

/// Where a value is stored if only its computation could tell: see Computed::redirect.
struct Redirect {
  Key key;              ///< of the value
  std::string pointer;  ///< is stored under the request's key, and says how to find the value
  std::chrono::milliseconds pointerExpire{0};
};

/// What a computation made.
struct Computed {
  std::string payload;
  /// False: this result is for whoever computed it alone; nobody else gets it and it is not stored.
  bool cacheable = true;
  /// True: an error in the shape of a value. A stale value is better, if the request allows one. If it is not
  /// cacheable, it counts as a failure of the computation: see Compute.
  bool failed = false;
  /// Of a failed one: what ComputationFailed::status() tells the callers that waited, such as an HTTP status.
  int status = 0;
  /// Shortens the request's `expire` for this value, to 1 ms at least. With `keepExpired` 0, too: then the
  /// value has expired already, and callers that waited compute their own.
  std::optional<std::chrono::milliseconds> expire{};
  /// For how long after it expired this value is kept, instead of CacheRequest::keepExpired.
  std::optional<std::chrono::milliseconds> keepExpired{};
  /// Tags beside the request's, which may be as many as kMaxAddedTags; see CacheRequest::addsTags.
  std::vector<std::string> tags{};
  /// Stores the value under another key than the request's, where the pointer entry goes, both with the same
  /// tags and in the same step. Followers of this computation receive the pointer and look up the key it
  /// names.
  std::optional<Redirect> redirect{};
};

inline constexpr std::size_t kMaxAddedTags = 64;

/// Computes the value. May throw: then the exception is this caller's answer, and one of the callers that
/// waited computes again. If that fails too, all who waited get the failure: the exception, or
/// ComputationFailed for a Computed that failed and is not cacheable, whose payload is its own caller's
/// alone. So a source that is down is asked twice for a key, not once for each caller. Overloaded is no
/// failure of the source. Runs on the executor of the caller it belongs to; if the request renews in the
/// background, perhaps on a thread of the Cache after the caller was answered, so then it owns what it uses.
using Compute = std::function<Computed()>;

/// Computes the value with the help of the one that expired, whose payload it gets: to find out whether that
/// is still right, say, and return it again. Otherwise as Compute.
using Recompute = std::function<Computed(std::string_view former)>;

/// The computation that a caller waited for failed, and so did a second attempt. `status` is
/// Computed::status.
class ComputationFailed : public std::runtime_error {
 public:
  explicit ComputationFailed(int status)
      : std::runtime_error("the computation failed for another caller"), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// The computation took too long: a caller waited for it, and then for a second one, each for
/// CacheOptions::flightWait.
class WaitedTooLong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What to find or compute, and for how long to keep it.
struct CacheRequest {
  std::string_view nameSpace;  ///< within the cache's prefix; what clear() clears
  Key key;
  std::chrono::milliseconds expire{0};
  std::vector<std::string> tags{};
  Renewal renewal{};
  std::chrono::milliseconds lockAcrossHosts{0};  ///< as CachePolicy::lockAcrossHosts; 0: no lock
  std::optional<std::size_t> compressFrom{};     ///< instead of CacheOptions::compressFrom
  /// `compute` may add tags (Computed::tags). If it does without this, or adds too many, the value is not
  /// stored.
  ///
  /// A value that was computed while a tag of it was invalidated, on any host, is not served afterwards, and
  /// that holds for added tags as for others; only, nobody knows them when the computation begins. So what
  /// is compared are marks that change with every invalidation: tags share 16 of them by their hash. A value
  /// with added tags is not stored if any tag with the same mark was invalidated while it was computed, which
  /// costs a computation more and nothing else. It does not rest on clocks, nor on what a store happens to
  /// keep. The price is two or three round trips more for a computation, and one for each hit with added
  /// tags.
  bool addsTags = false;
  /// What is stored does not do: the value is computed, unless that is under way already, and takes the place
  /// of the stored one, which stays if the computation fails.
  bool ignoreStored = false;
  /// For how long a value is kept after it expired, if not for as long as `renewal` needs it: for
  /// `recompute`.
  std::optional<std::chrono::milliseconds> keepExpired{};
  /// find() takes a value that expired less long ago for a fresh one; its source is then `stale`.
  /// getOrCompute does not look at this.
  std::chrono::milliseconds maxStale{0};
  /// If set: called instead of `compute` where the value that expired, or that is to be renewed, is at hand.
  Recompute recompute{};
  /// If set: for how long this value may be served after it expired. Called on the threads that bring
  /// look-ups; must neither wait nor throw.
  StaleWindows (*staleWindows)(std::string_view payload) = nullptr;
  /// False for bytes that the caller cannot read: they are a miss, and computed again in their place. Called
  /// on the threads that bring look-ups; must neither wait nor throw.
  bool (*accepts)(std::string_view payload) = nullptr;
  Compute compute{};
};

/// What findFresh() looks for; borrowed for the length of the call. The fields are those of CacheRequest.
struct FreshLookUp {
  std::string_view nameSpace;
  const Key& key;
  std::span<const std::string> tags{};
  double eagerRefresh = 0;  ///< a value that is due for renewal is not found, so that getOrCompute renews it
};

/// Computes the values of several keys: those with these indices of BatchRequest::keys, which were found
/// nowhere, one Computed for each and in that order. May throw: then the exception is the answer for all of
/// these keys. Called once for a batch, and once more for each key that another caller was computing at the
/// same time, and failed to. Otherwise as Compute.
using BatchCompute = std::function<std::vector<Computed>(std::span<const std::size_t> missing)>;

/// What to find or compute for several keys at once.
struct BatchRequest {
  std::string_view nameSpace;  ///< as CacheRequest::nameSpace
  std::vector<Key> keys;       ///< may hold a key twice
  std::chrono::milliseconds expire{0};
  std::vector<std::string> tags{};  ///< of each entry
  Renewal renewal{};
  std::optional<std::size_t> compressFrom{};  ///< as CacheRequest::compressFrom
  BatchCompute compute{};
};

struct CacheResult {
  enum class Source {
    hit,           ///< from the backend
    stale,         ///< from the backend, expired, while it is renewed (also after a soft time-out)
    staleOnError,  ///< from the backend, expired, because the computation failed
    computed,      ///< by this caller's compute
    shared,        ///< by another caller's compute, under way at the same time
    failed         ///< `error` says why
  };
  /// What became of a computed value.
  enum class Storing { stored, notCacheable, tooLarge, backendFailed };

  Source source = Source::failed;
  Payload payload;
  std::exception_ptr error;
  Storing storing = Storing::stored;  ///< of computed and shared
  bool redirected = false;            ///< of computed: the value is one of Computed::redirect
  std::chrono::milliseconds age{0};   ///< since it was computed; not negative
  std::chrono::milliseconds ttl{0};   ///< for which it stays fresh; negative: since when it is stale
};

/// The executor refused to run a computation: it is full.
class Overloaded : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct CacheOptions {
  std::string prefix = "larder";                    ///< keeps applications on one store apart
  std::chrono::milliseconds operationTimeout{250};  ///< for each step with the backend
  std::chrono::milliseconds flightWait{5000};       ///< for another's computation; then one of the waiting
                                                    ///< callers computes, the others wait once more and
                                                    ///< then fail with WaitedTooLong
  std::chrono::milliseconds hitForMiss{2000};       ///< after an uncacheable result, nobody waits for others
  std::size_t maxPayload = 1 << 20;                 ///< bytes; larger values are not stored
  std::size_t compressFrom = 0;           ///< bytes; values of this size and more are stored compressed
                                          ///< (zstd) where that saves an eighth; 0: none. Needs
                                          ///< canCompress(), else the Cache's constructor throws
                                          ///< std::invalid_argument. What is compressed stays
                                          ///< readable when this changes
  std::size_t refreshThreads = 2;         ///< for renewal in the background; started when needed
  std::size_t maxRefreshes = 64;          ///< waiting for a thread; one more is not done
  std::size_t maxInvalidations = 10'000;  ///< that failed and wait to be tried again
  CircuitOptions circuit{};               ///< of a backend that does I/O
  /// Told how long each round trip to the backend took and which operation began it; others may have gone
  /// with it, as the look-up of an entry's tags does. On the thread that it ended on; must not wait nor
  /// throw.
  std::function<void(OpCode first, std::chrono::nanoseconds took)> onRoundTrip{};
  std::function<double()> random{};  ///< for jitter: 0 up to 1; empty: the library's own
};

/// Events since the start; they only rise.
struct CacheCounters {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t shared = 0;          ///< answers from another caller's computation
  std::uint64_t flightWaits = 0;     ///< calls that began to wait for another's computation
  std::uint64_t flightTimeouts = 0;  ///< of these, waited as long as CacheOptions::flightWait and did
                                     ///< something about it
  std::uint64_t stale = 0;           ///< answers with an expired value
  std::uint64_t computations = 0;
  std::uint64_t refreshes = 0;  ///< of these, in the background
  std::uint64_t refreshFailures = 0;
  std::uint64_t stores = 0;
  std::uint64_t tooLarge = 0;
  std::uint64_t compressed = 0;    ///< of the stores tried, compressed
  std::uint64_t bytesSaved = 0;    ///< by that
  std::uint64_t readFailures = 0;  ///< of the backend; each was answered as a miss
  std::uint64_t writeFailures = 0;
  std::uint64_t invalidations = 0;
  std::uint64_t invalidationFailures = 0;
  std::uint64_t invalidationsRetried = 0;  ///< that succeeded after all
  std::uint64_t invalidationsLost = 0;     ///< that found no room to wait: other hosts and this one may serve
                                           ///< what they covered until it expires
  std::uint64_t circuitOpenings = 0;
  std::uint64_t circuitRefusals = 0;  ///< operations that were not tried because the circuit was open
};

/// How things stand at this moment.
struct CacheState {
  std::size_t invalidationsWaiting = 0;
  CircuitState circuit = CircuitState::closed;
};

/// The cache engine: finds values in a backend or has them computed, once per key at a time.
///
/// Everything is built on completions: `getOrCompute` never waits, its continuation runs inline when the
/// backend answers inline. The blocking form wraps it. A failing backend costs time, at most
/// `operationTimeout` per step, and never an answer: a failed read is a miss, a failed write is dropped and
/// counted. After failures in a row it is left alone for a while (CircuitOptions).
///
/// Thread-safe. The destructor may only run when no call is under way, and not on a thread of the cache's
/// own; it waits for renewals.
class Cache {
 public:
  using Done = std::function<void(CacheResult)>;
  using BatchDone = std::function<void(std::vector<CacheResult>)>;

  /// Throws std::invalid_argument for options that are out of range, such as an empty prefix, a time limit of
  /// 0 or a negative duration.
  Cache(std::shared_ptr<Backend> backend, CacheOptions options);

  /// A cache on the backend that `url` names: "redis://localhost:6379/0", "lru://?max_bytes=64MiB", a
  /// plugin's name or file (larder/backend_url.hpp). The plugin is looked for in `search`, loaded and opened;
  /// a store that cannot be reached is no error. Blocks while the plugin opens. Log lines, metrics and health
  /// reports of the backend go to `services`, which must outlive the cache; without it they are dropped.
  /// Throws SettingError and PluginError, neither with a password in it, and std::invalid_argument for wrong
  /// options.
  ///
  ///     auto cache = larder::Cache::open("redis://localhost:6379/0", {.prefix = "shop"});
  static Cache open(std::string_view url, CacheOptions options = {}, HostServices* services = nullptr,
                    const PluginSearch& search = PluginSearch());
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  /// Finds or computes; calls `done` once, on this thread, or one of `executor`, of the backend or of the
  /// cache, so `done` must not wait. `executor` must accept work until then. Throws std::invalid_argument for
  /// a request whose `expire` is not positive, or whose renewal is out of range; so do the forms below.
  void getOrCompute(CacheRequest request, Executor& executor, Done done);

  /// The same, on this thread, which also runs the computation. Throws what the computation throws.
  CacheResult getOrCompute(CacheRequest request);

  /// The same two for what findFresh() found nothing of a moment ago: these do not ask it again.
  void getOrComputeMissed(CacheRequest request, Executor& executor, Done done);
  CacheResult getOrComputeMissed(CacheRequest request);

  /// Finds or computes for several keys: results[i] is for keys[i]. One round trip to the backend looks for
  /// all of them and one stores what was computed; `compute` is called once, with those that are missing and
  /// that nobody else computes at this moment. Each key is judged, shared and renewed as by getOrCompute, and
  /// keys that fail spoil no others: theirs is CacheResult::error.
  void getOrComputeMany(BatchRequest request, Executor& executor, BatchDone done);

  /// The same, on this thread, which also runs the computation. Throws the error of the first key that has
  /// one.
  std::vector<CacheResult> getOrComputeMany(BatchRequest request);

  /// A hit that is in this process, in a backend in memory or in L1 of tiers: on this thread and without
  /// waiting, nor allocating if it has no more than three tags of up to 72 bytes. For callers that would
  /// otherwise prepare for a computation first. Nothing if it takes I/O to tell. Only a hit is counted:
  /// getOrComputeMissed() goes on from nothing.
  std::optional<CacheResult> findFresh(const FreshLookUp& wanted);

  /// Finds what is in the cache and fresh, or no staler than CacheRequest::maxStale: nothing also if the
  /// backend fails. Computes nothing, and ignores
  /// the request's `expire` and `compute`. Calls `found` once, on this thread or one of the backend.
  using WhenFound = std::function<void(std::optional<CacheResult>)>;
  void find(CacheRequest request, WhenFound found);

  /// The same; waits for the backend.
  std::optional<CacheResult> find(const CacheRequest& request);

  /// What a look-up of the request sees and makes of it. Waits as find() does, counts nothing here and renews
  /// nothing; to the backend it is a look-up like others.
  Inspection inspect(const CacheRequest& request);

  /// Makes every entry stale that carries one of `tags`, also those being computed now. O(1) per tag.
  /// Anything but ok means that the backend did not take it. Then it is tried again in the background until
  /// it succeeds; meanwhile this host serves and stores nothing that it covers, but others serve old values.
  /// The same holds for erase and clear.
  ///
  /// Blocks for at most four times operationTimeout. Status::invalid, with nothing done, on a thread that
  /// runs a completion of a backend that does I/O or of the cache's timers, such as a `done` of this class:
  /// use the form below there.
  Status invalidate(std::span<const std::string> tags);
  /// `cache.invalidate({"prices", "stock"})`
  Status invalidate(std::initializer_list<std::string_view> tags);
  /// `cache.invalidate("prices")`
  Status invalidate(std::string_view tag);

  /// The same without waiting: calls `done` once, on this thread or another of the backend's or the cache's,
  /// where it must not wait.
  using WhenInvalid = std::function<void(Status)>;
  void invalidate(std::vector<std::string> tags, WhenInvalid done);

  /// Stores `payload` under the request's key, whatever is there, with its tags and for as long as it says; a
  /// computation of that key in flight, on any host, is not stored over it. The request's `compute` and what
  /// belongs to it are ignored. Anything but ok means that the value may not be there, and Status::tooLarge
  /// that it has more than CacheOptions::maxPayload bytes; the former value may be served then. Blocks and
  /// refuses as invalidate(). Throws std::invalid_argument as getOrCompute().
  Status set(CacheRequest request, std::string payload);
  void set(CacheRequest request, std::string payload, WhenInvalid done);

  /// Removes one entry; a computation of it in flight is not stored. ok also if there was none. Blocks and
  /// refuses as invalidate().
  Status erase(std::string_view nameSpace, const Key& key);
  void erase(std::string_view nameSpace, const Key& key, WhenInvalid done);

  /// Removes all entries of a namespace. O(1). Blocks and refuses as invalidate().
  Status clear(std::string_view nameSpace);
  void clear(std::string_view nameSpace, WhenInvalid done);

  // ---- Values of any type with a larder::Codec (larder/codec.hpp), by name ----
  //
  // They are in the namespace valueSpace. As everywhere, a backend that fails costs time and no answer. These
  // calls block: for the backend, each step as long as operationTimeout at most, and for the computation.
  //
  //     auto user = cache.getOrCompute<User>("user:7", larder::cache(30s).tag("users"), [] { return load(7);
  //     });

  static constexpr std::string_view valueSpace = "values";

  /// The value under `key`; or what `compute` returns, which is then kept as `policy` says. One caller
  /// computes at a time, as everywhere. Throws what `compute` throws, and std::invalid_argument for a policy
  /// with a part that only responses have. With a policy that renews in the background `compute` is copied
  /// and runs on threads of the cache too, so it owns what it uses.
  template <class T, std::invocable Compute>
  T getOrCompute(const Key& key, const CachePolicy& policy, Compute compute);

  /// The value under `key`, if it is there and fresh; nothing also if the backend fails or the bytes are not
  /// those of a T. An entry with tags costs a round trip more than by getOrCompute, which knows them.
  template <class T>
  std::optional<T> get(const Key& key);

  /// Keeps `value` under `key` as `policy` says; set() of that entry. Throws std::invalid_argument as
  /// getOrCompute does.
  ///
  ///     cache.set("user:7", user, larder::cache(30s).tag("users"));
  template <class T>
  Status set(const Key& key, const T& value, const CachePolicy& policy);

  /// Removes the value under `key`; erase() of that entry.
  Status erase(const Key& key) { return erase(valueSpace, key); }

  /// Has every call from now on work with what `next` has open, while those under way end on the former
  /// backend (Backend::replace). All tags begin anew in `next`: what was invalidated here meanwhile is known
  /// nowhere there, and its old entries must not come back. Throws std::runtime_error, with nothing changed
  /// but those tags, if `next` can't forget them within operationTimeout, or the backend before the present
  /// one is still in use.
  void replaceBackend(std::unique_ptr<Backend> next);

  /// Waits for renewals in the background to finish and begins no more: for the end of a program, before what
  /// computations use goes.
  void stopRenewing();

  CacheCounters counters() const;
  CacheState state() const;
  Backend& backend();
  const CacheOptions& options() const;

  /// Notes that `name` stands for a function of these types, by a fingerprint of their structure. Throws
  /// std::invalid_argument if it stands for another on this Cache. larder::cached() calls it.
  void claimFunctionName(std::string_view name, std::uint64_t types);

  /// Tries once more, together, the invalidations that wait for the backend: for the end of a program. Blocks
  /// for at most `limit` or, if that is less, operationTimeout per attempt. Returns a text for each that is
  /// lost with the Cache: "tag users", "entry larder:functions ...", "namespace larder:functions".
  std::vector<std::string> finishInvalidations(std::chrono::milliseconds limit);

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace larder

#include <larder/typed_values.hpp>

#endif
