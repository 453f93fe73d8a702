// SPDX-License-Identifier: Apache-2.0
//
// The extensions of the ABI for hosts. What a plugin has itself is used; what can be made of conditions and
// versions is made of them, with the same results; the rest is refused by name (Status::unsupported). These
// calls wait, each until its deadline at the latest.
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

/// Adds `delta` to the decimal number under `key`; a missing one counts as 0 and gets `ttl`, an existing one
/// keeps its own. ok with the sum in Outcome::number; notStored if the value is no number or the sum does not
/// fit. Atomic among all callers and hosts. larder.atomic/1, else made of conditions and versions.
Outcome increment(Backend& backend, std::string_view name_space, std::string_view key, std::int64_t delta,
                  std::chrono::milliseconds ttl, Deadline deadline);

/// Stores `value` if the present one is `expected`; notStored if it is another, miss if there is none.
/// larder.atomic/1, else made of versions.
Outcome compareSet(Backend& backend, std::string_view name_space, std::string_view key,
                   std::string_view expected, std::string_view value, std::chrono::milliseconds ttl,
                   Deadline deadline);

/// Takes the lock `name` for `token`, 1 to 64 bytes that nobody else has, or extends it: it ends by itself
/// `ttl` from now. notStored if another token has it. A store that evicts may drop a lock early, so it saves
/// work and is no proof. larder.lock/1, else made of conditions and versions.
Outcome acquireLock(Backend& backend, std::string_view name_space, std::string_view name,
                    std::string_view token, std::chrono::milliseconds ttl, Deadline deadline);
/// Gives it back; notStored if another token has it, miss if nobody has.
Outcome releaseLock(Backend& backend, std::string_view name_space, std::string_view name,
                    std::string_view token, Deadline deadline);

/// Some keys of a scan.
struct ScanPage {
  Status status = Status::internal;
  std::string error;
  std::vector<std::string> keys;
  std::string cursor;  ///< for the next call; empty: that was all
};

/// About `limit` keys that begin with `prefix`, 1 to 10,000, from `cursor` on, empty at first. A key that is
/// there all the time is told at least once. larder.scan/1, which can't be made of anything else.
ScanPage scan(Backend& backend, std::string_view name_space, std::string_view prefix, std::int64_t limit,
              std::string_view cursor, Deadline deadline);

/// What a store tells of an entry without its value. nullopt: it does not know.
struct EntryFacts {
  Status status = Status::internal;  ///< ok, miss, or a failure
  std::string error;
  std::optional<std::uint64_t> size;              ///< of the value, in bytes
  std::optional<std::chrono::milliseconds> ttl;   ///< what is left, or noExpiry
  std::optional<std::chrono::milliseconds> idle;  ///< since it was last read or written
  std::optional<std::uint64_t> version;           ///< as get tells it
};

/// Looks at an entry without using it: no eviction is put off. larder.introspect/1, else made of TTL, which
/// tells no more than that, or of EXISTS, which tells only whether it is there. Waits until `deadline` at the
/// latest.
EntryFacts introspect(Backend& backend, std::string_view name_space, std::string_view key, Deadline deadline);

/// What to do when entries change elsewhere. Called on threads of the backend's, not to wait. What one throws
/// is logged, and `lost` is called in its stead.
struct InvalidationHandlers {
  std::function<void(std::string_view name_space, std::string_view key)> changed;
  std::function<void(std::string_view name_space)> cleared;
  std::function<void()> lost;  ///< anything may have changed
};

/// Listens to a backend's larder.invalidation/1 for as long as it lives, within the backend's life.
class InvalidationFeed {
 public:
  /// nullptr if the plugin has no such extension. Throws std::runtime_error if it can't begin.
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
