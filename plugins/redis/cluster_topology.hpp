// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CLUSTER_TOPOLOGY_HPP
#define LARDER_REDIS_CLUSTER_TOPOLOGY_HPP

#include "cluster_parts.hpp"
#include "redis_url.hpp"
#include "reply.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace larder::redis {

/// One node's view of the cluster.
struct Topology {
  std::array<std::optional<HostPort>, partCount> owners;  ///< of the parts' slots
  std::vector<HostPort> nodes;  ///< masters and replicas that have been named, a bounded number
};

/// Parses the reply to CLUSTER SLOTS. `answering` is the node that sent it; its host is meant where a node's
/// host is unknown. Returns nullopt if the reply is malformed.
std::optional<Topology> readTopology(const redisReply& reply, const HostPort& answering);

/// What CLUSTER INFO says.
struct ClusterState {
  std::uint64_t epoch = 0;  ///< grows with each failover and each slot that has moved
  bool works = true;        ///< false: the node serves no slots, because a majority or some slots are missing
};

ClusterState readClusterState(const redisReply& reply);

}  // namespace larder::redis

#endif
