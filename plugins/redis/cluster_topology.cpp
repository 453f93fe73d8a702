// SPDX-License-Identifier: Apache-2.0
#include "cluster_topology.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace larder::redis {
namespace {

constexpr std::size_t mostNamed = 256;

std::size_t sizeOf(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ARRAY ? static_cast<std::size_t>(reply.elements) : 0;
}

// A node is [host, port, id, ...]. The host is nil or "?" if the node does not know it.
std::optional<HostPort> readNode(const redisReply& reply, const HostPort& answering) {
  constexpr long long highestPort = std::numeric_limits<std::uint16_t>::max();
  if (sizeOf(reply) < 2 || reply.element[1]->type != REDIS_REPLY_INTEGER) return std::nullopt;
  const long long port = reply.element[1]->integer;
  if (port < 1 || port > highestPort) return std::nullopt;
  const std::string_view host = textOf(*reply.element[0]);
  const bool known = !host.empty() && host != "?";
  return HostPort{known ? std::string(host) : answering.host, static_cast<std::uint16_t>(port)};
}

// A range is [first slot, last slot, master, replica...].
bool readRange(Topology& topology, const redisReply& range, const HostPort& answering) {
  constexpr std::size_t masterAt = 2;
  const std::size_t size = sizeOf(range);
  if (size <= masterAt || range.element[0]->type != REDIS_REPLY_INTEGER ||
      range.element[1]->type != REDIS_REPLY_INTEGER)
    return false;
  for (std::size_t i = masterAt; i < size; ++i) {
    auto node = readNode(*range.element[i], answering);
    if (!node && i == masterAt) return false;
    if (!node) continue;
    if (i == masterAt)
      for (unsigned part = 0; part < partCount; ++part)
        if (slotOfPart(part) >= range.element[0]->integer && slotOfPart(part) <= range.element[1]->integer)
          topology.owners[part] = node;
    const bool isNew = std::find(topology.nodes.begin(), topology.nodes.end(), *node) == topology.nodes.end();
    if (isNew && topology.nodes.size() < mostNamed) topology.nodes.push_back(*std::move(node));
  }
  return true;
}

}  // namespace

std::optional<Topology> readTopology(const redisReply& reply, const HostPort& answering) {
  if (reply.type != REDIS_REPLY_ARRAY || sizeOf(reply) > slotCount) return std::nullopt;
  Topology topology;
  for (std::size_t i = 0; i < sizeOf(reply); ++i)
    if (!readRange(topology, *reply.element[i], answering)) return std::nullopt;
  return topology;
}

ClusterState readClusterState(const redisReply& reply) {
  constexpr std::string_view epochName = "cluster_current_epoch:";
  const std::string_view text = reply.type == REDIS_REPLY_STRING ? textOf(reply) : std::string_view();
  ClusterState state;
  const auto at = text.find(epochName);
  if (at != std::string_view::npos)
    std::from_chars(text.data() + at + epochName.size(), text.data() + text.size(), state.epoch);
  state.works = text.find("cluster_state:fail") == std::string_view::npos;
  return state;
}

}  // namespace larder::redis
