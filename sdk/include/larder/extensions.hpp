// SPDX-License-Identifier: Apache-2.0
//
// The ABI's extensions, for hosts. An extension that a plugin implements is used directly. Otherwise it is
// emulated with conditions and versions where possible, with the same results; where that is impossible,
// Status::unsupported names it. These calls block, at most until their deadline.
#ifndef LARDER_EXTENSIONS_HPP
#define LARDER_EXTENSIONS_HPP

#include <larder/backend.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// Adds `delta` to the decimal number under `key`. A missing entry counts as 0 and gets `ttl`; an existing
/// one keeps its own. Returns ok with the sum in Outcome::number, or notStored if the value is not a number
/// or the sum does not fit. Atomic among all callers and hosts. Uses larder.atomic/1, or else conditions and
/// versions.
Outcome increment(Backend& backend, std::string_view name_space, std::string_view key, std::int64_t delta,
                  std::chrono::milliseconds ttl, Deadline deadline);

/// Stores `value` if the current value is `expected`; returns notStored if it differs, miss if there is none.
/// Uses larder.atomic/1, or else versions.
Outcome compareSet(Backend& backend, std::string_view name_space, std::string_view key,
                   std::string_view expected, std::string_view value, std::chrono::milliseconds ttl,
                   Deadline deadline);

/// Acquires the lock `name` for `token`, 1 to 64 bytes that no other holder uses, or extends it. The lock
/// expires `ttl` from now. Returns notStored if another token holds it. A store that evicts may drop a lock
/// early, so use locks to save work, not to guarantee exclusion. Uses larder.lock/1, or else conditions and
/// versions.
Outcome acquireLock(Backend& backend, std::string_view name_space, std::string_view name,
                    std::string_view token, std::chrono::milliseconds ttl, Deadline deadline);
/// Releases the lock. Returns notStored if another token holds it, miss if no token does.
Outcome releaseLock(Backend& backend, std::string_view name_space, std::string_view name,
                    std::string_view token, Deadline deadline);

/// One page of a scan.
struct ScanPage {
  Status status = Status::internal;
  std::string error;
  std::vector<std::string> keys;
  std::string cursor;  ///< for the next call; empty: the scan is complete
};

/// Returns about `limit` keys, 1 to 10,000, that begin with `prefix`, starting at `cursor`, which is empty at
/// first. A key that exists during the whole scan is returned at least once. Uses larder.scan/1, which cannot
/// be emulated.
ScanPage scan(Backend& backend, std::string_view name_space, std::string_view prefix, std::int64_t limit,
              std::string_view cursor, Deadline deadline);

/// The facts that a store reports about an entry without its value. nullopt: the store does not know.
struct EntryFacts {
  Status status = Status::internal;  ///< ok, miss, or a failure
  std::string error;
  std::optional<std::uint64_t> size;              ///< size of the value, in bytes
  std::optional<std::chrono::milliseconds> ttl;   ///< remaining time to live, or noExpiry
  std::optional<std::chrono::milliseconds> idle;  ///< time since it was last read or written
  std::optional<std::uint64_t> version;           ///< as get returns it
};

/// Describes an entry without using it: its eviction is not deferred. Uses larder.introspect/1, or else TTL,
/// which reports only the time to live, or EXISTS, which reports only whether the entry exists. Blocks, at
/// most until `deadline`.
EntryFacts introspect(Backend& backend, std::string_view name_space, std::string_view key, Deadline deadline);

/// Called when entries change elsewhere, on threads of the backend; must not block. If a handler throws, the
/// exception is logged and `lost` is called instead.
struct InvalidationHandlers {
  std::function<void(std::string_view name_space, std::string_view key)> changed;
  std::function<void(std::string_view name_space)> cleared;
  std::function<void()> lost;  ///< any entry may have changed
};

/// Listens to a backend's larder.invalidation/1 while this object exists. The backend must outlive
/// it.
class InvalidationFeed {
 public:
  /// Returns nullptr if the plugin lacks the extension. Throws std::runtime_error if listening cannot begin.
  static std::unique_ptr<InvalidationFeed> open(Backend& backend, InvalidationHandlers handlers);
  ~InvalidationFeed();
  InvalidationFeed(const InvalidationFeed&) = delete;
  InvalidationFeed& operator=(const InvalidationFeed&) = delete;

 private:
  InvalidationFeed(Backend& backend, const larder_invalidation& table, InvalidationHandlers handlers);
  void caught(std::string_view source) noexcept;
  void lose() noexcept;

  Backend& backend_;
  const larder_invalidation& table_;
  const InvalidationHandlers handlers_;
  larder_invalidation_listener listener_{};
};

}  // namespace larder

#endif
