// SPDX-License-Identifier: Apache-2.0
#include "cluster_node.hpp"

#include "cluster.hpp"
#include "cluster_parts.hpp"

#include <utility>

namespace larder::redis {

ClusterNode::ClusterNode(plugin::Host host, const Options& options, HostPort at, Cluster& of)
    : address(std::move(at)),
      hash(slotOf(address.text())),
      cluster(of),
      loop(host, optionsOfNode(options, address), this) {}

void ClusterNode::moved(std::string_view error) noexcept { cluster.moved(*this, error); }

void ClusterNode::linkChanged(bool ready, std::string_view why) noexcept {
  cluster.linkChanged(*this, ready, why);
}

larder_status ClusterNode::forward(const HostPort& node, larder_op& op) noexcept {
  return cluster.forward(node, op);
}

larder_status ClusterNode::take(larder_op& op, std::uint64_t now) {
  larder_op* const ops = &op;
  larder_status status = loop.admit(op, now);
  loop.submit(&ops, 1, &status);
  return status;
}

// The cluster bounds what is pending. A node may hold more: clearing a namespace is an operation for each
// part, and operations that ended early keep their places until their late replies have come.
Options optionsOfNode(const Options& cluster, const HostPort& node) {
  constexpr std::size_t clears = 16;
  constexpr std::uint64_t longestName = std::uint64_t{64} << 10;
  Options options = cluster;
  options.url.server = node;
  options.url.cluster.clear();
  options.isClusterNode = true;
  options.maxPending = 2 * cluster.maxPending + clears * partCount;
  options.maxPendingBytes = 2 * cluster.maxPendingBytes + clears * partCount * longestName;
  return options;
}

}  // namespace larder::redis
