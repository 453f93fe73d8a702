// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_REPLY_HPP
#define LARDER_REDIS_REPLY_HPP

#include "command.hpp"

#include <hiredis/hiredis.h>
#include <larder/abi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace larder::redis {

struct FreeReply {
  void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};
/// One reply from the server.
using Reply = std::unique_ptr<redisReply, FreeReply>;

/// Returns false if the reply cannot belong to the command: nothing on that connection can then be trusted.
bool fits(Expect expected, const redisReply& reply);

/// Returns the bytes of a string, status or error reply.
std::string_view textOf(const redisReply& reply);

/// Returns the status of an operation that received this error reply.
larder_status statusOfError(std::string_view error);

/// Returns true for the errors of a server that cannot serve now although another server at the same address
/// might: a replica, a server that is loading its data, or a cluster without a quorum.
bool asksForAnotherServer(std::string_view error);

/// Returns the part of an error reply that is safe to show. It never contains a key or value, which Redis
/// often quotes.
std::string publicText(std::string_view error);

/// Returns true if the server did not know a script called by its hash; nothing was done.
bool lacksScript(const redisReply& reply);

/// Writes the reply into `op` and returns the operation's status. `version` is the version that a write
/// stored, and `keyStart` is the prefix of the keys that a SCAN found. The value of a GET stays in the reply,
/// which op.result then owns. REQUIRES: the reply fits the command. Throws std::bad_alloc.
larder_status readReply(larder_op& op, Reply reply, std::uint64_t version, std::string_view keyStart);

}  // namespace larder::redis

#endif
