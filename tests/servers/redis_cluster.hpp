// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_REDIS_CLUSTER_HPP
#define LARDER_SERVERS_REDIS_CLUSTER_HPP

#include "redis_server.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace larder::servers {

/// A private Redis Cluster. Each master has the same number of slots, in ranges in the order of the masters,
/// and perhaps a replica. Nodes are given up after 1 s. Every wait is bounded, by 30 s.
class RedisCluster {
 public:
  struct Size {
    std::size_t masters = 3;
    std::size_t replicasOfEach = 0;
  };

  /// Returns once all slots are served and all replicas are connected. `arguments` are those of every node:
  /// see RedisServer. Throws std::runtime_error if it does not come up.
  explicit RedisCluster(Size size, const std::vector<std::string>& arguments = {});

  /// Returns the nodes: first the masters, then the first replica of each, and so on.
  RedisServer& node(std::size_t index) const { return *nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }

  /// Adds an empty master, which may get slots by moveSlot. Returns its index.
  std::size_t addMaster();

  /// Returns the id by which the cluster knows a node.
  std::string idOf(std::size_t index) const;

  /// Begins to move a slot: from now on its keys are at one of the two nodes.
  void beginMove(unsigned slot, std::size_t from, std::size_t to) const;
  /// Moves the slot's keys, at most `limit` of them. Returns how many it has moved.
  std::size_t moveKeys(unsigned slot, std::size_t from, std::size_t to, std::size_t limit = 1000) const;
  /// Makes the new node the slot's owner. REQUIRES: all of its keys are there.
  void endMove(unsigned slot, std::size_t from, std::size_t to) const;

  /// Waits until all nodes know of the last move. A slot must not move back before that: Redis would drop its
  /// keys.
  void awaitAgreement() const;

  /// Sends one command of plain words to a node, and returns the whole answer as it comes over the wire.
  std::string ask(std::size_t index, const std::string& command) const;

  /// Returns "redis-cluster://127.0.0.1:PORT,127.0.0.1:PORT..." with all nodes.
  std::string url() const;

 private:
  void start();
  void meet(std::size_t index) const;
  std::set<std::string> viewOf(std::size_t index) const;

  std::vector<std::string> arguments_;
  std::vector<std::uint16_t> busPorts_;
  std::vector<std::unique_ptr<RedisServer>> nodes_;
};

}  // namespace larder::servers

#endif
