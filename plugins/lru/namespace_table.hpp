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

/// A namespace with blocks in a shard, including cleared entries that are not swept yet and entries that only
/// readers hold. Its name and shard never change, so readers that hold a block may read them.
struct Namespace {
  std::string name;
  Shard* shard = nullptr;
  std::uint64_t nameHash = 0;                    ///< the seed of its keys' hashes
  std::atomic<std::uint64_t> clearedVersion{0};  ///< entries up to this version are dead
  std::uint64_t users = 0;                       ///< blocks that point here
};

/// The namespaces of one shard. Clearing a namespace stores one number, however many entries it has; its
/// entries are recognized as dead when they are next visited. A namespace is removed with its last block, so
/// the table never has more namespaces than the shard has blocks. Not thread-safe: the shard's lock guards
/// it.
class NamespaceTable {
 public:
  explicit NamespaceTable(Shard& shard) : shard_(shard) {}

  /// Returns the namespace of that name, created if needed, with one more user. Throws std::bad_alloc.
  Namespace& acquire(std::string_view name, std::uint64_t nameHash);

  /// Removes one user; removing the last one destroys the namespace.
  void release(Namespace& space);

  /// Makes all entries of the namespace with a version up to `version` dead.
  void clear(std::string_view name, std::uint64_t version);

  /// Returns true while a cleared namespace may still have dead entries in the shard.
  bool anyCleared() const { return cleared_ != 0; }

  /// Returns the bytes of the namespaces without their entries.
  std::uint64_t bytes() const { return bytes_; }
  static std::uint64_t costOf(std::uint64_t nameSize);

 private:
  Shard& shard_;
  std::uint64_t bytes_ = 0;
  std::uint64_t cleared_ = 0;
  Namespace* latest_ = nullptr;  // acquired last; most shards have only one
  std::unordered_map<std::string_view, std::unique_ptr<Namespace>> spaces_;  // keys point into the values
};

}  // namespace larder::lru

#endif
