// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_NODE_EVENTS_HPP
#define LARDER_REDIS_NODE_EVENTS_HPP

#include "redis_url.hpp"

#include <larder/abi.h>

#include <string_view>

namespace larder::redis {

/// What the loop of a cluster's node tells the cluster that it belongs to. Called on the loop's thread, which
/// holds no lock.
class NodeEvents {
 public:
  /// The node answered with this MOVED error. The operation is completed afterwards.
  virtual void moved(std::string_view error) noexcept = 0;

  /// The connection is up, or was lost or could not be made for this reason.
  virtual void linkChanged(bool ready, std::string_view reason) noexcept = 0;

  /// Hands rawCommands to the loop of another node. Returns LARDER_PENDING, or why that node takes none.
  virtual larder_status forward(const HostPort& node, larder_op& op) noexcept = 0;

 protected:
  ~NodeEvents() = default;
};

}  // namespace larder::redis

#endif
