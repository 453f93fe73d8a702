// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CLUSTER_REDIRECT_HPP
#define LARDER_REDIS_CLUSTER_REDIRECT_HPP

#include "redis_url.hpp"
#include "reply.hpp"

#include <larder/abi.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace larder::redis {

/// What an error of a cluster's node asks for. The command was not executed.
enum class Redirection : std::uint8_t {
  none,
  moved,  ///< MOVED: another node owns the slot
  ask,    ///< ASK: the slot is moving, and this key is at the other node if it exists
  wait,   ///< TRYAGAIN, CLUSTERDOWN: nobody serves the slot for the moment
};

Redirection redirectionIn(std::string_view error);

/// The slot and the node that a MOVED or ASK error names.
struct Redirect {
  unsigned slot = 0;
  HostPort node;
};

/// Parses an error like "MOVED 3999 127.0.0.1:6381". `answering` is the node that sent it; its host is meant
/// if the error names none. Returns nullopt if the text is malformed.
std::optional<Redirect> readRedirect(std::string_view error, const HostPort& answering);

/// The status with which a node's pipeline hands an operation back to the cluster: nothing was done, and the
/// operation is to be routed again. Never leaves the plugin.
inline constexpr larder_status routeAgain = -1'000'000;

/// Builds the reply that a server would give with this error text. Throws std::bad_alloc.
Reply makeErrorReply(std::string_view text);

}  // namespace larder::redis

#endif
