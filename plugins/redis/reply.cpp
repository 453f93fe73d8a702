// SPDX-License-Identifier: Apache-2.0
#include "reply.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <larder/plugin.hpp>
#include <system_error>

namespace larder::redis {
namespace {

struct ErrorMeaning {
  std::string_view word;
  larder_status status;
};

// Keyed by the first word of the error. MOVED and ASK are missing on purpose: Pipeline handles them if the
// server is a node of a cluster that the URL names, and only a cluster sends them.
constexpr std::array errorMeanings{ErrorMeaning{"NOAUTH", LARDER_AUTH},
                                   ErrorMeaning{"WRONGPASS", LARDER_AUTH},
                                   ErrorMeaning{"NOPERM", LARDER_AUTH},
                                   ErrorMeaning{"DENIED", LARDER_AUTH},
                                   ErrorMeaning{"OOM", LARDER_NO_MEMORY},
                                   ErrorMeaning{"LOADING", LARDER_UNAVAILABLE},
                                   ErrorMeaning{"BUSY", LARDER_UNAVAILABLE},
                                   ErrorMeaning{"MASTERDOWN", LARDER_UNAVAILABLE},
                                   ErrorMeaning{"READONLY", LARDER_UNAVAILABLE},
                                   ErrorMeaning{"CLUSTERDOWN", LARDER_UNAVAILABLE},
                                   ErrorMeaning{"TRYAGAIN", LARDER_UNAVAILABLE},
                                   ErrorMeaning{"MISCONF", LARDER_UNAVAILABLE},
                                   ErrorMeaning{"NOREPLICAS", LARDER_UNAVAILABLE},
                                   ErrorMeaning{"NOSCRIPT", LARDER_UNAVAILABLE}};

std::string_view firstWord(std::string_view text) { return text.substr(0, text.find(' ')); }

larder_status failWith(larder_op& op, std::string_view error) {
  return plugin::fail(op, statusOfError(error), "redis answered " + publicText(error));
}

// The key holds a type other than a string, written by another application, so it is not a Larder entry. SET
// and DELETE replace and remove it regardless of its type.
larder_status readError(larder_op& op, std::string_view error) {
  if (firstWord(error) != "WRONGTYPE") return failWith(op, error);
  if (op.opcode == LARDER_OP_GET || op.opcode == LARDER_OP_COMPARE_SET) return LARDER_MISS;
  if (op.opcode == LARDER_OP_INCREMENT) return LARDER_NOT_STORED;
  return (op.flags & LARDER_IF_VERSION) != 0 ? LARDER_NOT_STORED : failWith(op, error);
}

larder_status readValue(larder_op& op, Reply reply) {
  const std::string_view stored = textOf(*reply);
  if (reply->type == REDIS_REPLY_NIL || stored.size() < versionSize) return LARDER_MISS;
  const std::uint64_t version = decodeVersion(stored);
  if (version == 0) return LARDER_MISS;  // never written by this plugin
  op.version = version;
  op.result.data = stored.data() + versionSize;
  op.result.size = stored.size() - versionSize;
  op.result.owner = reply.release();
  op.result.release = [](void* owner) { freeReplyObject(owner); };
  return LARDER_OK;
}

larder_status readStored(larder_op& op, const redisReply& reply, std::uint64_t version) {
  const bool stored =
      reply.type == REDIS_REPLY_INTEGER ? reply.integer != 0 : reply.type == REDIS_REPLY_STATUS;
  if (!stored) return LARDER_NOT_STORED;
  op.version = version;
  return LARDER_OK;
}

larder_status readDeleted(const larder_op& op, long long answer) {
  if (answer > 0) return LARDER_OK;
  const bool otherVersion = (op.flags & LARDER_IF_VERSION) != 0 && answer == 0;
  return otherVersion ? LARDER_NOT_STORED : LARDER_MISS;
}

larder_status readTtl(larder_op& op, long long milliseconds) {
  constexpr long long absent = -2;
  constexpr long long lasting = -1;
  if (milliseconds == absent) return LARDER_MISS;
  // Redis returns 0 in the last millisecond of an entry that still exists.
  op.result_ttl_ms = milliseconds == lasting ? LARDER_TTL_NONE : std::max(milliseconds, 1LL);
  return LARDER_OK;
}

larder_status readSum(larder_op& op, const redisReply& reply, std::uint64_t version) {
  if (reply.type == REDIS_REPLY_NIL) return LARDER_NOT_STORED;
  const std::string_view text = textOf(reply);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), op.result_number);
  if (error != std::errc())
    return plugin::fail(op, LARDER_PROTOCOL, "redis answered a sum that is no number");
  op.version = version;
  return LARDER_OK;
}

// For COMPARE_SET and UNLOCK: 1 on success, 0 for another value or token, -1 if there is none.
larder_status readCompared(larder_op& op, long long answer, std::uint64_t version) {
  if (answer < 0) return LARDER_MISS;
  if (answer == 0) return LARDER_NOT_STORED;
  if (op.opcode == LARDER_OP_COMPARE_SET) op.version = version;
  return LARDER_OK;
}

larder_status readFacts(larder_op& op, const redisReply& reply) {
  constexpr std::int64_t msPerSecond = 1000;
  if (reply.type == REDIS_REPLY_NIL) return LARDER_MISS;
  const larder_status status = readTtl(op, reply.element[0]->integer);
  const std::int64_t idle = reply.element[1]->integer;
  plugin::EntryFacts facts;
  facts.ttlMs = op.result_ttl_ms;
  if (idle >= 0) facts.idleMs = idle * msPerSecond;
  facts.tell(op);
  return status;
}

larder_status readPage(larder_op& op, const redisReply& reply, std::string_view keyStart) {
  const std::string_view cursor = textOf(*reply.element[0]);
  const redisReply& keys = *reply.element[1];
  plugin::ScanResult page(cursor == "0" ? std::string_view() : cursor);
  for (std::size_t i = 0; i < static_cast<std::size_t>(keys.elements); ++i) {
    const std::string_view key = textOf(*keys.element[i]);
    if (key.starts_with(keyStart)) page.add(key.substr(keyStart.size()));
  }
  page.lendTo(op);
  return LARDER_OK;
}

bool isArrayOf(const redisReply& reply, std::initializer_list<int> types) {
  if (reply.type != REDIS_REPLY_ARRAY || static_cast<std::size_t>(reply.elements) != types.size())
    return false;
  return std::equal(types.begin(), types.end(), reply.element,
                    [](int type, const redisReply* element) { return element->type == type; });
}

}  // namespace

bool fits(Expect expected, const redisReply& reply) {
  if (reply.type == REDIS_REPLY_ERROR) return true;
  switch (expected) {
    case Expect::status: return reply.type == REDIS_REPLY_STATUS || reply.type == REDIS_REPLY_NIL;
    case Expect::string: return reply.type == REDIS_REPLY_STRING || reply.type == REDIS_REPLY_NIL;
    case Expect::integer: return reply.type == REDIS_REPLY_INTEGER;
    case Expect::pair:
      return reply.type == REDIS_REPLY_NIL || isArrayOf(reply, {REDIS_REPLY_INTEGER, REDIS_REPLY_INTEGER});
    case Expect::any: return true;
    case Expect::page: return isArrayOf(reply, {REDIS_REPLY_STRING, REDIS_REPLY_ARRAY});
  }
  return false;
}

std::string_view textOf(const redisReply& reply) {
  return reply.str != nullptr ? std::string_view(reply.str, reply.len) : std::string_view();
}

larder_status statusOfError(std::string_view error) {
  const auto* meaning = std::find_if(errorMeanings.begin(), errorMeanings.end(),
                                     [&](const auto& known) { return known.word == firstWord(error); });
  return meaning != errorMeanings.end() ? meaning->status : LARDER_PROTOCOL;
}

bool asksForAnotherServer(std::string_view error) {
  constexpr std::array<std::string_view, 4> words{"READONLY", "MASTERDOWN", "LOADING", "CLUSTERDOWN"};
  return std::find(words.begin(), words.end(), firstWord(error)) != words.end();
}

// A code in capitals is safe. For the catch-all ERR, the start of the sentence is kept; arguments are quoted,
// or follow a colon or comma.
std::string publicText(std::string_view error) {
  constexpr std::size_t longest = 80;
  const std::string_view code = firstWord(error);
  const bool plain = std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (code.empty() || !plain) return "an error without a code";
  if (code != "ERR") return std::string(code.substr(0, longest));
  const std::string_view sentence = error.substr(0, error.find_first_of("'\"`,:<"));
  return std::string(sentence.substr(0, longest));
}

bool lacksScript(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ERROR && firstWord(textOf(reply)) == "NOSCRIPT";
}

larder_status readReply(larder_op& op, Reply reply, std::uint64_t version, std::string_view keyStart) {
  if (op.opcode == rawCommands) {
    op.result.owner = reply.release();
    return LARDER_OK;
  }
  if (reply->type == REDIS_REPLY_ERROR) return readError(op, textOf(*reply));
  switch (op.opcode) {
    case LARDER_OP_GET: return readValue(op, std::move(reply));
    case LARDER_OP_SET: return readStored(op, *reply, version);
    case LARDER_OP_DELETE: return readDeleted(op, reply->integer);
    case LARDER_OP_TTL: return readTtl(op, reply->integer);
    case LARDER_OP_TOUCH:
    case LARDER_OP_EXISTS: return reply->integer != 0 ? LARDER_OK : LARDER_MISS;
    case LARDER_OP_INCREMENT: return readSum(op, *reply, version);
    case LARDER_OP_COMPARE_SET:
    case LARDER_OP_UNLOCK: return readCompared(op, reply->integer, version);
    case LARDER_OP_LOCK: return reply->integer != 0 ? LARDER_OK : LARDER_NOT_STORED;
    case LARDER_OP_SCAN: return readPage(op, *reply, keyStart);
    case LARDER_OP_INTROSPECT: return readFacts(op, *reply);
    default: return LARDER_OK;  // CLEAR_NAMESPACE and PING: any reply but an error
  }
}

}  // namespace larder::redis
