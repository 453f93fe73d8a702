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
/// and optionally a replica. A node counts as failed after 1 s. Every wait takes at most 30 s.
class RedisCluster {
 public:
  struct Size {
    std::size_t masters = 3;
    std::size_t replicasOfEach = 0;
  };

  /// Returns once all slots are served and all replicas are connected. `arguments` are those of every node;
  /// see RedisServer. Throws std::runtime_error if the cluster does not start.
  explicit RedisCluster(Size size, const std::vector<std::string>& arguments = {});

  /// Returns the nodes: first the masters, then the first replica of each, and so on.
  RedisServer& node(std::size_t index) const { return *nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }

  /// Adds an empty master, to which moveSlot can move slots. Returns its index.
  std::size_t addMaster();

  /// Returns the node's id in the cluster.
  std::string idOf(std::size_t index) const;

  /// Starts to move a slot: from now on each of its keys is at one of the two nodes.
  void beginMove(unsigned slot, std::size_t from, std::size_t to) const;
  /// Moves at most `limit` of the slot's keys. Returns how many it has moved.
  std::size_t moveKeys(unsigned slot, std::size_t from, std::size_t to, std::size_t limit = 1000) const;
  /// Makes the new node the slot's owner. REQUIRES: all of the slot's keys have been moved.
  void endMove(unsigned slot, std::size_t from, std::size_t to) const;

  /// Waits until all nodes know of the last move. A slot must not move back earlier: Redis would drop its
  /// keys.
  void awaitAgreement() const;

  /// Sends one command of plain words to a node and returns the whole reply, as sent over the wire.
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
