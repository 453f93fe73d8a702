// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CLUSTER_INQUIRY_HPP
#define LARDER_REDIS_CLUSTER_INQUIRY_HPP

#include "cluster_topology.hpp"
#include "redis_url.hpp"

#include <larder/abi.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace larder::redis {

/// Asks several nodes at once for their view of the cluster. Of those that have answered, the view with the
/// latest epoch counts. Thread-safe.
class ClusterInquiry : public std::enable_shared_from_this<ClusterInquiry> {
 public:
  /// Hands an operation to a node's loop. Returns LARDER_PENDING, or why the node takes none.
  using Send = std::function<larder_status(larder_op& op)>;

  /// Calls `over`, on the thread of a node, when an answer has made isOver() true.
  explicit ClusterInquiry(std::function<void()> over) : over_(std::move(over)) {}

  /// Asks one more node, which gives up at `deadlineNs`.
  void ask(const HostPort& node, std::uint64_t deadlineNs, const Send& send);

  /// Returns true once most nodes have answered, or all have answered or failed.
  bool isOver() const;

  struct Outcome {
    std::optional<Topology> topology;
    bool works = true;  ///< what the node with that view says of the cluster
    larder_status failure = LARDER_UNAVAILABLE;
    std::string reason;  ///< why no node has answered
  };
  Outcome outcome() const;

 private:
  struct Answer {
    HostPort node;
    std::optional<Topology> topology;
    std::optional<ClusterState> state;
    bool failed = false;
  };
  struct Question;

  static void arrive(larder_op* op, larder_status status);
  bool accept(const Question& question, larder_status status) noexcept;
  bool isOverLocked() const;

  const std::function<void()> over_;
  mutable std::mutex mutex_;
  std::vector<Answer> answers_;
  larder_status failure_ = LARDER_UNAVAILABLE;
  std::string reason_ = "no node of the cluster has answered in time";
};

}  // namespace larder::redis

#endif
