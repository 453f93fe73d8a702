// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CLUSTER_NODE_HPP
#define LARDER_REDIS_CLUSTER_NODE_HPP

#include "io_loop.hpp"
#include "node_events.hpp"
#include "options.hpp"
#include "redis_url.hpp"

#include <cstdint>
#include <larder/plugin.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace larder::redis {

class Cluster;

/// A node of the cluster, with its connection and thread. Everything but the loop is guarded by the cluster's
/// mutex.
struct ClusterNode final : NodeEvents {
  /// Starts the thread. `options` are those of the cluster. Throws std::system_error, std::runtime_error.
  ClusterNode(plugin::Host host, const Options& options, HostPort at, Cluster& of);

  void moved(std::string_view error) noexcept override;
  void linkChanged(bool ready, std::string_view reason) noexcept override;
  larder_status forward(const HostPort& node, larder_op& op) noexcept override;

  /// Gives rawCommands to the loop. Returns LARDER_PENDING, or why the node takes none.
  larder_status take(larder_op& op, std::uint64_t now);

  const HostPort address;
  const unsigned hash;  ///< of the address
  Cluster& cluster;

  enum class Link : std::uint8_t { connecting, up, away };
  Link link = Link::connecting;
  bool wasUp = false;
  std::string reason;  ///< why it is away

  std::vector<larder_op*> outgoing;  ///< errands to be posted
  unsigned inFlight = 0;             ///< errands posted
  std::uint64_t lastUsedNs = 0;

  IoLoop loop;  ///< last, because its thread uses all members above
};

/// Returns the options of the connection to one node.
Options optionsOfNode(const Options& cluster, const HostPort& node);

}  // namespace larder::redis

#endif
