// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TAGS_TAG_STAMPS_HPP
#define LARDER_TAGS_TAG_STAMPS_HPP

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entry/entry.hpp"
#include "guard/guarded_backend.hpp"

namespace larder {

/// A tag and the stamp that it is to get: a new one each time.
struct StampRenewal {
  explicit StampRenewal(std::string_view tag);
  Key key;
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
  static Key keyOf(std::string_view tag);

  /// Adds an operation for each tag that reads its stamp, for decode(). They point into what is returned.
  std::vector<Key> addReads(std::vector<Operation>& operations, std::span<const std::string> tags) const;
  /// The same in room that is there, for each tag an operation and the key that it points into.
  void putReads(std::span<Operation> operations, std::span<Key> keys,
                std::span<const std::string> tags) const;

  /// The stamp that a look-up of keyOf(tag) brought: 0 if it is missing, nullopt if the look-up failed.
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
  /// gets true, or false if the backend failed. `ttl` is for how long new stamps are kept at least.
  void create(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl, std::function<void(bool)> done);

  /// The operation that gives a tag a new stamp; borrows `renewal`.
  Operation renewalOf(const StampRenewal& renewal) const;

 private:
  GuardedBackend& backend_;
  const std::string nameSpace_;
};

}  // namespace larder

#endif
