// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_LOCKS_HPP
#define LARDER_MEMCACHED_LOCKS_HPP

#include "connection.hpp"
#include "entry_header.hpp"
#include "pending_op.hpp"
#include "store_keys.hpp"

#include <larder/plugin.hpp>

#include <optional>

namespace larder::memcached {

/// Performs LOCK and UNLOCK. A lock is an entry of its own kind that belongs to no generation, so clearing a
/// namespace frees none of its locks. Blocks. Not thread-safe.
class Locks {
 public:
  /// All arguments must outlive it.
  Locks(plugin::Host host, Connection& connection, const StoreKeys& keys)
      : host_(host), connection_(connection), keys_(keys) {}

  /// Throws std::bad_alloc.
  Answer perform(PendingOp& op);

 private:
  std::optional<Answer> attempt(PendingOp& op);
  std::optional<Answer> take(PendingOp& op, const Lookup& found, const std::optional<Entry>& holder);
  std::optional<Answer> giveBack(PendingOp& op, const Lookup& found, const std::optional<Entry>& holder);

  const plugin::Host host_;
  Connection& connection_;
  const StoreKeys& keys_;
};

}  // namespace larder::memcached

#endif
