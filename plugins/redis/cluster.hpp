// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CLUSTER_HPP
#define LARDER_REDIS_CLUSTER_HPP

#include "cluster_errand.hpp"
#include "cluster_feeds.hpp"
#include "cluster_inquiry.hpp"
#include "cluster_node.hpp"
#include "cluster_parts.hpp"
#include "counters.hpp"
#include "options.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <larder/async/back_off.hpp>
#include <larder/async/operation_limit.hpp>
#include <larder/async/plugin_thread.hpp>
#include <larder/plugin.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::redis {

/// A Redis Cluster: knows which node owns each part, and routes operations. Each node has a connection and a
/// thread of its own; the thread "larder-cluster" asks for the topology and keeps the time of operations that
/// wait here.
///
/// Operations on one key keep their order, because a part changes its node only while nothing of it is in
/// flight: a part one of whose operations was handed back holds new ones until all have returned, and then
/// sends those that were handed back first.
///
/// Thread-safe. The mutex is held while operations are posted to a node's inbox, but not while a completion
/// runs.
class Cluster {
 public:
  /// Starts the thread. Throws std::system_error, std::runtime_error.
  Cluster(plugin::Host host, const Options& options);

  /// Completes pending operations with LARDER_CLOSED and joins all threads.
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // ---- For callers [any-thread], as plugin::IoLoop has them ----

  /// Checks the deadline of a valid operation and reserves its place: returns LARDER_PENDING, or the final
  /// status of an operation that is not sent, and writes a text into `op`.
  larder_status admit(larder_op& op, std::uint64_t now);

  /// Takes all operations whose result is LARDER_PENDING, in order, and sends those of different nodes at the
  /// same time. Blocks for the ones without `complete`. A result other than LARDER_PENDING is then final.
  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept;

  void cancel(larder_op& op) noexcept;

  /// Refuses new operations, waits for the pending ones until `deadlineNs`, and then completes them with
  /// LARDER_CLOSED.
  larder_status drain(std::uint64_t deadlineNs) noexcept;

  /// Blocks until every master is listened to or cannot be reached. Throws std::system_error,
  /// std::runtime_error.
  void listen(const larder_invalidation_listener* listener);

  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }

  // ---- For the nodes, on their threads ----

  void moved(ClusterNode& node, std::string_view error) noexcept;
  void linkChanged(ClusterNode& node, bool ready, std::string_view reason) noexcept;
  larder_status forward(const HostPort& address, larder_op& op) noexcept;

 private:
  /// One part of all namespaces.
  struct Part {
    ClusterNode* node = nullptr;
    ClusterNode* next = nullptr;  // takes over when nothing is in flight
    unsigned inFlight = 0;
    bool blocked = true;              // holds new operations back; at first until there is a topology
    unsigned handedBack = 0;          // times in a row that operations had to be routed again
    std::uint64_t pausedUntilNs = 0;  // 0: no pause
    Errands again;                    // handed back, in order
    Errands held;                     // arrived while blocked, in order
  };

  struct Health {
    std::uint32_t state = LARDER_HEALTH_DOWN;
    std::string text;
    bool operator==(const Health&) const = default;
  };

  // cluster.cpp: the way of an operation
  bool isOwnThread();
  bool awaitIdle(std::chrono::nanoseconds patience);
  void cut();
  void take(const Original& original);
  Errands errandsOf(const Original& original);
  std::vector<unsigned> partsOf(const larder_op& op) const;
  void enter(Errand& errand);
  void send(Errand& errand);
  void postOutgoing();
  static void returned(larder_op* op, larder_status status);
  void returned(Errand& errand, larder_status status);
  void settle(unsigned part);
  void release(unsigned part);
  void leaveNode(Errand& errand);
  void finish(Errand& errand, larder_status status);
  void finish(Errand& errand, larder_status status, std::string_view why);
  void dropWaiting(larder_status status, std::string_view why);
  void cancelWaiting(Errands& waiting, const larder_op& op);
  void conclude(std::uint64_t posting, Errands& called);
  void conclude(Errand& errand, std::uint64_t posting);
  void runCompletions(const Errands& done) noexcept;

  // cluster_watch.cpp: what changes with time
  void run();
  void turn(std::unique_lock<std::mutex>& lock);
  void warn(std::string_view text) noexcept;
  void expireWaiting(std::uint64_t now);
  void expireWaiting(Errands& waiting, std::uint64_t now);
  void endPauses(std::uint64_t now);
  void inquire(std::uint64_t now);
  void startInquiry(std::uint64_t now);
  std::vector<HostPort> nodesToAsk();
  void endInquiry(std::uint64_t now);
  void adopt(const Topology& topology, std::uint64_t now);
  void learn(unsigned part, ClusterNode& node);
  void inquireSoon();
  ClusterNode* nodeAt(const HostPort& address);
  std::vector<std::unique_ptr<ClusterNode>> takeUnused(std::uint64_t now);
  std::vector<HostPort> masters() const;
  std::optional<Health> health() const;
  bool hasWaiting() const;
  std::uint64_t dueNs(std::uint64_t now) const;
  void wake();

  const plugin::Host host_;
  const Options options_;
  Counters counters_;
  plugin::OperationLimit limit_;
  ClusterFeeds feeds_;

  std::atomic<std::uint64_t> unfinished_{0};  // operations whose completion has not returned
  std::atomic<bool> refuses_{false};          // closed, or there is no topology to be had

  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::condition_variable becameIdle_;
  std::condition_variable learned_;  // there is a first topology, or none could be had
  bool attention_ = false;           // the thread must take another turn
  bool stopping_ = false;
  bool closed_ = false;
  bool cut_ = false;
  std::uint64_t postings_ = 0;

  std::array<Part, partCount> parts_;
  std::map<std::string, std::unique_ptr<ClusterNode>> nodes_;
  Errands inFlight_;                 // posted to a node, or about to be
  Errands done_;                     // finished, and not concluded yet
  std::vector<larder_op*> posting_;  // the outgoing errands of one node

  bool knowsTopology_ = false;
  bool works_ = true;                  // the nodes say that the cluster does
  std::vector<HostPort> addresses_;    // that may lead to the cluster
  std::size_t nextAddress_ = 0;        // the next of them to try if no node answers
  larder_status failure_ = LARDER_OK;  // why there is no topology
  std::string reason_;
  std::shared_ptr<ClusterInquiry> inquiry_;  // null if none is at work
  std::uint64_t inquiryEndsNs_ = 0;
  std::uint64_t lastInquiryNs_ = 0;
  std::uint64_t nextInquiryNs_ = 0;
  bool lastInquiryFailed_ = true;
  bool mustInquireAgain_ = false;
  plugin::BackOff backOff_;
  std::minstd_rand random_;
  bool watchesWaiting_ = false;  // the thread looks for expired errands
  std::optional<Health> reported_;
  std::vector<HostPort> followed_;  // whose feeds are open

  plugin::PluginThread thread_;  // last, because it uses all members above
};

}  // namespace larder::redis

#endif
