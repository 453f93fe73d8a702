// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_NAMESPACE_TABLE_HPP
#define LARDER_LRU_NAMESPACE_TABLE_HPP

#include "entry.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace larder::lru {

/// A namespace that has entries in the shard, also ones that wait to be swept after a clear.
struct Namespace {
  std::string name;
  std::uint64_t clearedVersion = 0;  ///< entries up to this version are gone
  std::uint64_t users = 0;           ///< entries that point here
};

/// The namespaces of one shard. Clearing one is a store of a number, however many entries it has: they
/// are recognised as dead when they are next met. A namespace goes with its last entry, so the table is
/// never longer than the shard. Not thread-safe: the shard's lock guards it.
class NamespaceTable {
 public:
  /// Charges what its namespaces take to `account`.
  explicit NamespaceTable(ByteAccount& account) : account_(account) {}

  /// The namespace of that name, made if need be, with one user more. Throws std::bad_alloc.
  Namespace& acquire(std::string_view name);

  /// Takes one user off; the last one ends the namespace.
  void release(Namespace& space);

  /// All entries of the namespace with a version up to `version` are gone.
  void clear(std::string_view name, std::uint64_t version);

  /// What a namespace takes beside its entries.
  static std::uint64_t costOf(std::uint64_t name_size);

 private:
  ByteAccount& account_;
  std::unordered_map<std::string_view, std::unique_ptr<Namespace>> spaces_;  // keys point into the values
};

}  // namespace larder::lru

#endif
