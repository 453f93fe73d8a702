// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CLUSTER_ERRAND_HPP
#define LARDER_REDIS_CLUSTER_ERRAND_HPP

#include "cluster_scan.hpp"

#include <larder/abi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <larder/async/waiter.hpp>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace larder::redis {

class Cluster;
struct ClusterNode;

/// The host's operation, and where its result goes.
struct Original {
  larder_op* op;
  plugin::Waiter* waiter;  ///< nullptr: op->complete is called
  larder_status* result;   ///< valid with a waiter, and while post runs
  std::uint64_t posting;   ///< the number of the call of post that brought it
};

/// An operation that concerns several parts. It is done when all of its errands are.
struct Family {
  unsigned left = 0;
  bool succeeded = false;  ///< at least one errand did
  larder_status failure = LARDER_OK;
  std::array<char, 128> reason{};
  std::size_t reasonSize = 0;
};

/// One operation on its way through the cluster. It exists until the host's operation is completed, and is
/// always in one list: of those that a node has, of those that wait in a part, or of those that are done.
struct Errand {
  Errand(Cluster& of, const Original& forWhom, unsigned inPart);
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

  /// Makes it one of several errands of its operation.
  void join(const std::shared_ptr<Family>& with);

  Cluster& cluster;
  Original original;
  std::shared_ptr<Family> family;  ///< nullptr: the operation's only errand
  unsigned part;
  std::string nameSpace;         ///< op.name_space, with the part
  larder_op op;                  ///< what the node performs; op.user is this errand
  std::array<char, 128> text{};  ///< the error text, if there is a family
  ClusterNode* node = nullptr;   ///< whose pipeline has it
  int attempts = 0;              ///< how often a node has handed it back
  larder_status status = LARDER_PENDING;
  std::optional<ScanProgress> scan;  ///< of a SCAN
  bool calls = false;                ///< the host's operation is done, and `complete` is still to be called

  std::list<Errand>* home = nullptr;  ///< the list that it is in
  std::list<Errand>::iterator self;
};

using Errands = std::list<Errand>;

/// Appends the errand to another list. Needs no memory.
inline void moveTo(Errands& list, Errand& errand) noexcept {
  list.splice(list.end(), *errand.home, errand.self);
  errand.home = &list;
}

/// Writes the errand's outcome into the host's operation, except its status. Returns the status. Never
/// throws: without memory, that is LARDER_NO_MEMORY.
larder_status deliver(Errand& errand, larder_status status) noexcept;

}  // namespace larder::redis

#endif
