// SPDX-License-Identifier: Apache-2.0
#include "locks.hpp"

#include "entry_writer.hpp"
#include "expiry.hpp"
#include "generations.hpp"

#include <ctime>
#include <utility>

namespace larder::memcached {

Answer Locks::perform(PendingOp& op) {
  for (int tries = 0; tries < kAttempts && !op.isDone(); ++tries)
    if (auto answer = attempt(op)) return *std::move(answer);
  return {LARDER_OVERLOADED, "other clients change this lock all the time"};
}

std::optional<Answer> Locks::attempt(PendingOp& op) {
  Lookup found{keys_.lock(op.nameSpace(), op.key())};
  if (const Reply reply = connection_.fetch({&found, 1}); reply != Reply::ok)
    return failure(connection_, reply, false);
  const auto holder = liveEntry(found.view(), {op.nameSpace(), op.key(), kNoGeneration}, host_.realtimeMs());
  return op.opcode() == LARDER_OP_LOCK ? take(op, found, holder) : giveBack(op, found, holder);
}

std::optional<Answer> Locks::take(PendingOp& op, const Lookup& found, const std::optional<Entry>& holder) {
  if (holder && holder->value != op.value()) return Answer{LARDER_NOT_STORED};
  const std::time_t expiry = serverExpiry(op.expiresMs(), host_.realtimeMs());
  const Reply reply = found.found() ? connection_.compareAndSet(found.key, op.entry(), expiry, found.cas)
                                    : connection_.add(found.key, op.entry(), expiry);
  if (wasOvertaken(reply)) return std::nullopt;
  return reply == Reply::ok ? Answer{LARDER_OK} : failure(connection_, reply, true);
}

// memcached has no conditional delete, so a lock that has already expired replaces the old one.
std::optional<Answer> Locks::giveBack(PendingOp& op, const Lookup& found,
                                      const std::optional<Entry>& holder) {
  if (!holder) return Answer{LARDER_MISS};
  if (holder->value != op.value()) return Answer{LARDER_NOT_STORED};
  setExpiry(op.entry(), 0);
  const Reply reply = connection_.compareAndSet(found.key, op.entry(), kAtOnce, found.cas);
  if (wasOvertaken(reply)) return std::nullopt;
  return reply == Reply::ok ? Answer{LARDER_OK} : failure(connection_, reply, true);
}

}  // namespace larder::memcached
