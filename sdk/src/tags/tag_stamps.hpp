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

/// The key of a tag's stamp, without allocation for a tag as short as tags are.
class TagKey {
 public:
  TagKey() = default;
  explicit TagKey(std::string_view tag);

  std::string_view stored() const {
    return long_.empty() ? std::string_view(short_.data(), size_) : std::string_view(long_);
  }

 private:
  std::size_t size_ = 0;
  std::array<char, 96> short_;
  std::string long_;
};

/// A tag and the stamp that it is to get: a new one each time.
struct StampRenewal {
  explicit StampRenewal(std::string_view tag);
  TagKey key;
  std::string value;
};

/// Tags without an index: each tag has a stamp in the backend, an entry remembers the stamps it was computed
/// under, and an entry whose stamps are not the tags' current ones is a miss. So invalidating is one write
/// per tag, however many entries carry it, and a stamp that the store lost, replaced by a new random one,
/// invalidates and never revives.
///
/// Stamps of an entry are read before its computation begins. An invalidation meanwhile changes them, and the
/// entry is stillborn.
class TagStamps {
 public:
  TagStamps(GuardedBackend& backend, std::string_view prefix);

  const std::string& nameSpace() const { return nameSpace_; }

  /// Writes an operation for each tag that reads its stamp, for decode(), and the key that it points into.
  void putReads(std::span<Operation> operations, std::span<TagKey> keys,
                std::span<const std::string> tags) const;

  /// The stamp that such a read brought: 0 if it is missing, nullopt if the look-up failed.
  static std::optional<Stamp> decode(const Outcome& outcome);

  /// What a read may be answered from.
  enum class From {
    anywhere,
    source  ///< what all hosts share: no copy in front of it
  };

  /// Reads the stamps of all of them: 0 where a tag has none. `done` gets true, or false if the backend
  /// failed. `stamps` must live until then; so too below.
  void read(std::vector<TagStamp>& stamps, From from, std::function<void(bool)> done);

  /// Reads them, and creates those that are missing.
  void readOrCreate(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl,
                    std::function<void(bool)> done);

  /// Gives each tag whose stamp is 0 one, agreeing with other hosts that do the same at this moment. `done`
  /// gets true, or false if the backend failed. `ttl` is how long entries with these tags are kept; the
  /// stamps stay longer. `others`, if any, are read in the same round trip: 0 where one is missing.
  void create(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl, std::function<void(bool)> done,
              std::vector<TagStamp>* others = nullptr);

  /// With each store of an entry that is kept for `ttl`, so that a stamp in use never expires: writes an
  /// operation per tag that asks how long its stamp is still kept.
  void putChecks(std::span<Operation> operations, std::span<TagKey> keys,
                 std::span<const TagStamp> stamps) const;
  /// Reads what such operations brought: extends the stamps that would go before the entry does, and never
  /// shortens one. Calls `done`, inline if none has to be extended, as almost always.
  void extend(std::span<const TagStamp> stamps, std::span<const Outcome> outcomes,
              std::chrono::milliseconds ttl, std::function<void()> done);
  /// Whether putChecks() says anything: a backend that can't extend keeps stamps for ever.
  bool expires() const { return backend_.has(LARDER_CAP_TTL); }

  /// The operation that gives a tag a new stamp; borrows `renewal`.
  Operation renewalOf(const StampRenewal& renewal) const;

 private:
  std::chrono::milliseconds lifetime(std::chrono::milliseconds ttl) const;

  GuardedBackend& backend_;
  const std::string nameSpace_;
};

}  // namespace larder

#endif
