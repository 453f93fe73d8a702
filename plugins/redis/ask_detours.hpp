// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_ASK_DETOURS_HPP
#define LARDER_REDIS_ASK_DETOURS_HPP

#include "cluster_redirect.hpp"
#include "node_events.hpp"
#include "reply.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <larder/async/inbox.hpp>
#include <memory>
#include <optional>
#include <string>

namespace larder::redis {

/// Follows ASK: while a slot moves, each of its keys is at one of two nodes, and the node that the slot moves
/// away from answers ASK for the keys that it no longer has. The command is then sent to the other node,
/// after ASKING, and its reply takes the place of the ASK error.
///
/// This happens for every single command, also for those that read or set a generation: a generation and the
/// entries that it covers may be at different nodes for a while. To keep the replies in the order of the
/// commands, those that follow a detour wait here until its reply has arrived.
///
/// Used by the thread of the loop that received the ASK; the other node's loop only delivers the reply.
class AskDetours {
 public:
  /// `inbox` wakes the loop when a reply has arrived.
  AskDetours(NodeEvents& events, plugin::Inbox& inbox);
  ~AskDetours();
  AskDetours(const AskDetours&) = delete;
  AskDetours& operator=(const AskDetours&) = delete;

  /// Returns how many replies wait here, including those that have not arrived.
  std::size_t size() const { return queue_.size(); }

  /// Keeps a reply that follows a detour.
  void keep(Reply reply);

  /// Sends `commands` to `node`: ASKING and the command that was answered ASK. Its reply counts as kept. The
  /// other node gives up at `deadlineNs`.
  void send(const HostPort& node, std::string commands, bool isWrite, std::uint64_t deadlineNs);

  struct Answer {
    Reply reply;
    bool unknown;  ///< the command was a write and may have been executed
  };

  /// Returns the next reply in order, or nullopt if there is none or it has not arrived.
  std::optional<Answer> next();

  /// Drops all replies, because the connection is lost.
  void forget() noexcept { queue_.clear(); }

 private:
  struct Station;
  struct Trip;
  struct Place {
    Reply reply;                 // nullptr: from the trip
    std::shared_ptr<Trip> trip;  // nullptr: not a detour
  };

  static void arrive(larder_op* op, larder_status status);

  NodeEvents& events_;
  std::shared_ptr<Station> station_;
  std::deque<Place> queue_;
};

}  // namespace larder::redis

#endif
