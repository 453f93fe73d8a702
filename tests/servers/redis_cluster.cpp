// SPDX-License-Identifier: Apache-2.0
#include "redis_cluster.hpp"

#include "loopback.hpp"
#include "waiting/eventually.hpp"

#include <chrono>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace larder::servers {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

constexpr unsigned slots = 16384;

void await(const std::string& what, const std::function<bool()>& holds) {
  if (!tests::eventually(holds)) throw std::runtime_error("redis cluster: no " + what);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void expectOk(const std::string& answer) {
  if (!answer.starts_with("+OK")) throw std::runtime_error("redis cluster: a node answered " + answer);
}

}  // namespace

RedisCluster::RedisCluster(Size size, const std::vector<std::string>& arguments) : arguments_(arguments) {
  const std::size_t count = size.masters * (1 + size.replicasOfEach);
  for (std::size_t i = 0; i < count; ++i) start();
  for (std::size_t i = 0; i < size.masters; ++i)
    expectOk(ask(i, "CLUSTER ADDSLOTSRANGE " + std::to_string(slots * i / size.masters) + " " +
                        std::to_string(slots * (i + 1) / size.masters - 1)));
  for (std::size_t i = 1; i < count; ++i) meet(i);
  const std::string known = "cluster_known_nodes:" + std::to_string(count) + "\r";
  for (std::size_t i = 0; i < count; ++i)
    await("agreement", [&] {
      const std::string info = ask(i, "CLUSTER INFO");
      return has(info, "cluster_state:ok") && has(info, known) && has(info, "cluster_slots_ok:16384");
    });
  for (std::size_t i = size.masters; i < count; ++i)
    expectOk(ask(i, "CLUSTER REPLICATE " + idOf(i % size.masters)));
  for (std::size_t i = size.masters; i < count; ++i) {
    await("replica", [&] { return has(ask(i, "INFO replication"), "master_link_status:up"); });
    for (std::size_t other = 0; other < count; ++other)
      await("agreement on the replica",
            [&] { return has(ask(other, "CLUSTER REPLICAS " + idOf(i % size.masters)), idOf(i)); });
  }
}

// The cluster bus uses the client port plus 10000 by default, which may be taken.
void RedisCluster::start() {
  busPorts_.push_back(freeLoopbackPort());
  std::vector<std::string> arguments{"--cluster-enabled",
                                     "yes",
                                     "--cluster-port",
                                     std::to_string(busPorts_.back()),
                                     "--cluster-node-timeout",
                                     "1000",
                                     "--cluster-replica-validity-factor",
                                     "0",
                                     "--cluster-allow-replica-migration",
                                     "no",
                                     "--repl-diskless-sync-delay",
                                     "0"};
  arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
  nodes_.push_back(std::make_unique<RedisServer>(arguments));
  expectOk(ask(nodes_.size() - 1, "CLUSTER SET-CONFIG-EPOCH " + std::to_string(nodes_.size())));
}

void RedisCluster::meet(std::size_t index) const {
  expectOk(ask(index, "CLUSTER MEET 127.0.0.1 " + std::to_string(node(0).port()) + " " +
                          std::to_string(busPorts_.front())));
}

std::size_t RedisCluster::addMaster() {
  start();
  const std::size_t added = nodes_.size() - 1;
  meet(added);
  const std::string id = idOf(added);
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    await("agreement on the new master", [&] {
      return has(ask(i, "CLUSTER NODES"), id) && has(ask(i, "CLUSTER INFO"), "cluster_state:ok");
    });
  return added;
}

std::string RedisCluster::idOf(std::size_t index) const {
  constexpr std::size_t idSize = 40;
  const std::string answer = ask(index, "CLUSTER MYID");
  return answer.substr(answer.find("\r\n") + 2, idSize);
}

void RedisCluster::beginMove(unsigned slot, std::size_t from, std::size_t to) const {
  const std::string command = "CLUSTER SETSLOT " + std::to_string(slot);
  expectOk(ask(to, command + " IMPORTING " + idOf(from)));
  expectOk(ask(from, command + " MIGRATING " + idOf(to)));
}

std::size_t RedisCluster::moveKeys(unsigned slot, std::size_t from, std::size_t to, std::size_t limit) const {
  const std::string listed =
      ask(from, "CLUSTER GETKEYSINSLOT " + std::to_string(slot) + " " + std::to_string(limit));
  std::istringstream lines(listed);
  std::string line;
  std::size_t moved = 0;
  std::getline(lines, line);  // skips the number of keys
  while (std::getline(lines, line) && std::getline(lines, line)) {
    line.pop_back();
    ask(from, "MIGRATE 127.0.0.1 " + std::to_string(node(to).port()) + " " + line + " 0 5000");
    ++moved;
  }
  return moved;
}

void RedisCluster::endMove(unsigned slot, std::size_t from, std::size_t to) const {
  const std::string command = "CLUSTER SETSLOT " + std::to_string(slot) + " NODE " + idOf(to);
  expectOk(ask(to, command));
  expectOk(ask(from, command));
}

void RedisCluster::awaitAgreement() const {
  for (std::size_t i = 1; i < nodes_.size(); ++i)
    await("agreement on the slots", [&] { return viewOf(i) == viewOf(0); });
}

// Collects the id, the epoch and the slots of each node. A line is "ID ADDRESS FLAGS MASTER PING PONG EPOCH
// STATE SLOTS".
std::set<std::string> RedisCluster::viewOf(std::size_t index) const {
  std::set<std::string> view;
  std::istringstream lines(ask(index, "CLUSTER NODES"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string id, skipped, epoch, slot, all;
    words >> id >> skipped >> skipped >> skipped >> skipped >> skipped >> epoch >> skipped;
    while (words >> slot)
      if (!slot.starts_with('[')) all += " " + slot;
    if (!epoch.empty()) view.insert(id + " " + epoch + all);
  }
  return view;
}

std::string RedisCluster::ask(std::size_t index, const std::string& command) const {
  return exchange(node(index).port(), command + "\r\n", 10s);
}

std::string RedisCluster::url() const {
  std::string hosts;
  for (const auto& server : nodes_)
    hosts += (hosts.empty() ? "" : ",") + ("127.0.0.1:" + std::to_string(server->port()));
  return "redis-cluster://" + hosts;
}

}  // namespace larder::servers
