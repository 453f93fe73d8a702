// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_NAMESPACE_TABLE_HPP
#define LARDER_LRU_NAMESPACE_TABLE_HPP

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace larder::lru {

class Shard;

/// A namespace that has blocks in a shard, also ones of entries that wait to be swept after a clear, or that
/// readers hold. Its name and shard never change, so readers that hold a block may look at them.
struct Namespace {
  std::string name;
  Shard* shard = nullptr;
  std::uint64_t nameHash = 0;                    ///< the seed of its keys' hashes
  std::atomic<std::uint64_t> clearedVersion{0};  ///< entries up to this version are gone
  std::uint64_t users = 0;                       ///< blocks that point here
};

/// The namespaces of one shard. Clearing one is a store of a number, however many entries it has: they
/// are recognized as dead when they are next met. A namespace goes with its last block, so the table is
/// never longer than the shard. Not thread-safe: the shard's lock guards it.
class NamespaceTable {
 public:
  explicit NamespaceTable(Shard& shard) : shard_(shard) {}

  /// Returns the namespace of that name, made if need be, with one more user. Throws std::bad_alloc.
  Namespace& acquire(std::string_view name, std::uint64_t nameHash);

  /// Takes one user off; the last one ends the namespace.
  void release(Namespace& space);

  /// All entries of the namespace with a version up to `version` are gone.
  void clear(std::string_view name, std::uint64_t version);

  /// True while a cleared namespace may still have dead entries in the shard.
  bool anyCleared() const { return cleared_ != 0; }

  /// What the namespaces take beside their entries.
  std::uint64_t bytes() const { return bytes_; }
  static std::uint64_t costOf(std::uint64_t nameSize);

 private:
  Shard& shard_;
  std::uint64_t bytes_ = 0;
  std::uint64_t cleared_ = 0;
  Namespace* latest_ = nullptr;  // that was acquired: most shards have one
  std::unordered_map<std::string_view, std::unique_ptr<Namespace>> spaces_;  // keys point into the values
};

}  // namespace larder::lru

#endif
