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
/// One answer of the server.
using Reply = std::unique_ptr<redisReply, FreeReply>;

/// False if the answer can't be one to the command: then nothing on that connection can be trusted.
bool fits(Expect expected, const redisReply& reply);

/// The bytes of a string, a status or an error.
std::string_view textOf(const redisReply& reply);

/// What an error answer means for the operation that received it.
larder_status statusOfError(std::string_view error);

/// The error of a server that cannot serve at present but another one at the same address may: a replica, a
/// server that loads its data, or a cluster without a quorum.
bool asksForAnotherServer(std::string_view error);

/// What may be shown of an error answer: never a key or value, which Redis likes to quote.
std::string publicText(std::string_view error);

/// The server does not have the script that it was to run by its hash: nothing was done.
bool lacksScript(const redisReply& reply);

/// Writes the answer to `op` into it and says its status; `version` is the one that a write stored, and
/// `keyStart` is in front of the keys that a SCAN found. The value of a GET stays in the reply, which
/// op.result then owns. REQUIRES: the reply fits the command. Throws std::bad_alloc.
larder_status readReply(larder_op& op, Reply reply, std::uint64_t version, std::string_view keyStart);

}  // namespace larder::redis

#endif
