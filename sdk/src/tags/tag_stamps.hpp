// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TAGS_TAG_STAMPS_HPP
#define LARDER_TAGS_TAG_STAMPS_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entry/entry.hpp"
#include "guard/guarded_backend.hpp"

namespace larder {

/// The key of a tag's stamp. Does not allocate for a tag of usual length.
class TagKey {
 public:
  TagKey() = default;
  explicit TagKey(std::string_view tag) { assign(tag); }
  void assign(std::string_view tag);

  std::string_view stored() const {
    return long_.empty() ? std::string_view(short_.data(), size_) : std::string_view(long_);
  }

 private:
  std::size_t size_ = 0;
  std::array<char, 96> short_;
  std::string long_;
};

/// A tag's key and the new stamp to write for it. Each object has a different stamp.
struct StampRenewal {
  explicit StampRenewal(std::string_view tag);
  TagKey key;
  std::string value;
};

/// Tags without an index. Each tag has a stamp in the backend, and an entry remembers the stamps under which
/// it was computed. An entry is a miss if its stamps differ from the current stamps of its tags. Invalidating
/// therefore costs one write per tag, however many entries carry it. A stamp that the store lost is replaced
/// by a new random one, which can invalidate entries but never revive them.
///
/// The stamps are read before the computation begins. An invalidation during the computation changes them, so
/// the entry is already outdated when it is stored.
class TagStamps {
 public:
  TagStamps(GuardedBackend& backend, std::string_view prefix);

  const std::string& nameSpace() const { return nameSpace_; }

  /// Writes one operation per tag that reads its stamp, for decode(), and the keys that the operations point
  /// into.
  void putReads(std::span<Operation> operations, std::span<TagKey> keys,
                std::span<const std::string> tags) const;

  /// Returns the stamp that such a read returned: 0 if there is none, nullopt if the read failed.
  static std::optional<Stamp> decode(const Outcome& outcome);

  /// Where a read may be answered from.
  enum class From {
    anywhere,
    source  ///< the store that all hosts share, bypassing local copies
  };

  /// Reads the stamps of all tags; a tag without a stamp gets 0. Calls `done` with true, or with false if the
  /// backend failed. `stamps` must live until then, as in the functions below.
  void read(std::vector<TagStamp>& stamps, From from, std::function<void(bool)> done);

  /// Reads the stamps, and creates those that are missing.
  void readOrCreate(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl,
                    std::function<void(bool)> done);

  /// Gives each tag whose stamp is 0 a stamp, the same one as other hosts that do so concurrently. Calls
  /// `done` with true, or with false if the backend failed. `ttl` is how long entries with these tags are
  /// kept; the stamps are kept longer. `others`, if not null, are read in the same round trip; those without
  /// a stamp get 0.
  void create(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl, std::function<void(bool)> done,
              std::vector<TagStamp>* others = nullptr);

  /// Writes one operation per tag that asks for the remaining TTL of its stamp. These operations accompany
  /// each store of an entry, so that a stamp in use never expires.
  void putChecks(std::span<Operation> operations, std::span<TagKey> keys,
                 std::span<const TagStamp> stamps) const;
  /// Reads the outcomes of such operations and extends the stamps that would expire before an entry kept for
  /// `ttl`; never shortens one. Calls `done`, inline if no stamp needs extending, which is almost always.
  void extend(std::span<const TagStamp> stamps, std::span<const Outcome> outcomes,
              std::chrono::milliseconds ttl, std::function<void()> done);
  /// Returns whether stamps expire; if not, putChecks() is not needed. A backend without TTLs keeps stamps
  /// forever.
  bool expires() const { return backend_.has(LARDER_CAP_TTL); }

  /// Returns the operation that gives a tag a new stamp. Borrows `renewal`.
  Operation renewalOf(const StampRenewal& renewal) const;

 private:
  std::chrono::milliseconds lifetime(std::chrono::milliseconds ttl) const;

  GuardedBackend& backend_;
  const std::string nameSpace_;
};

}  // namespace larder

#endif
