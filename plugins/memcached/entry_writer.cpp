// SPDX-License-Identifier: Apache-2.0
#include "entry_writer.hpp"

#include "expiry.hpp"

#include <charconv>
#include <string>
#include <vector>

namespace larder::memcached {

namespace {

std::optional<std::int64_t> numberOf(std::string_view text) {
  std::int64_t number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc() || end != last) return std::nullopt;
  return number;
}

}  // namespace

bool wasOvertaken(Reply reply) {
  return reply == Reply::exists || reply == Reply::notStored || reply == Reply::absent;
}

Answer failure(const Connection& connection, Reply reply, bool writing) {
  switch (reply) {
    case Reply::unavailable: return {LARDER_UNAVAILABLE, connection.error()};
    case Reply::lost: return {writing ? LARDER_UNKNOWN_RESULT : LARDER_UNAVAILABLE, connection.error()};
    case Reply::protocol: return {LARDER_PROTOCOL, connection.error()};
    case Reply::tooLarge: return {LARDER_TOO_LARGE, connection.error()};
    case Reply::noMemory: return {LARDER_NO_MEMORY, connection.error()};
    default: return {LARDER_INTERNAL, "a reply that does not belong to its command"};
  }
}

std::optional<Answer> EntryWriter::write(PendingOp& op, std::uint64_t generation) {
  switch (op.opcode()) {
    case LARDER_OP_SET: return set(op, generation);
    case LARDER_OP_DELETE: return readAndThen(&EntryWriter::erase, op, generation);
    case LARDER_OP_INCREMENT: return readAndThen(&EntryWriter::increment, op, generation);
    case LARDER_OP_COMPARE_SET: return readAndThen(&EntryWriter::compareSet, op, generation);
    default: return readAndThen(&EntryWriter::touch, op, generation);
  }
}

std::optional<Answer> EntryWriter::set(PendingOp& op, std::uint64_t generation) {
  const bool mustRead = op.has(LARDER_IF_PRESENT) || op.has(LARDER_IF_VERSION) || op.has(LARDER_KEEP_TTL);
  if (mustRead) return readAndThen(&EntryWriter::setIf, op, generation);

  setGeneration(op.entry(), generation);
  setExpiry(op.entry(), op.expiresMs());
  const std::string key = keys_.entry(op.nameSpace(), generation, op.key());
  const std::time_t expiry = serverExpiry(op.expiresMs(), host_.realtimeMs());
  if (!op.has(LARDER_IF_ABSENT)) return answerFor(connection_.set(key, op.entry(), expiry), op);

  const Reply reply = connection_.add(key, op.entry(), expiry);
  if (reply != Reply::notStored) return answerFor(reply, op);
  // The present entry may have expired by its header, or may be foreign.
  return readAndThen(&EntryWriter::setIf, op, generation);
}

std::optional<Answer> EntryWriter::readAndThen(Step step, PendingOp& op, std::uint64_t generation) {
  for (int attempt = 0; attempt < kAttempts && !op.isDone(); ++attempt) {
    std::vector<Lookup> lookups;
    lookups.push_back({keys_.entry(op.nameSpace(), generation, op.key())});
    Guesses guesses;
    Guess& guess = guesses.of(op.nameSpace());
    guess.used = generation;
    const Reply reply = generations_.fetch(lookups, guesses);
    if (reply != Reply::ok) return failure(connection_, reply, false);
    if (!guess.wasRight()) return std::nullopt;

    Lookup& found = lookups.front();
    const Present present{found,
                          liveEntry(found.view(), {op.nameSpace(), op.key(), generation}, host_.realtimeMs()),
                          generation};
    if (auto answer = (this->*step)(op, present)) return answer;
  }
  return Answer{LARDER_OVERLOADED, "other clients change this key all the time"};
}

std::optional<Answer> EntryWriter::setIf(PendingOp& op, const Present& present) {
  const auto& live = present.live;
  if (live && op.has(LARDER_IF_ABSENT)) return Answer{LARDER_NOT_STORED};
  if (!live && (op.has(LARDER_IF_PRESENT) || op.has(LARDER_IF_VERSION))) return Answer{LARDER_NOT_STORED};
  if (live && op.has(LARDER_IF_VERSION) && live->version != op.expectedVersion())
    return Answer{LARDER_NOT_STORED};

  return replace(op, present, live && op.has(LARDER_KEEP_TTL) ? live->expiresMs : op.expiresMs());
}

std::optional<Answer> EntryWriter::compareSet(PendingOp& op, const Present& present) {
  if (!present.live) return Answer{LARDER_MISS};
  if (present.live->value != op.expected()) return Answer{LARDER_NOT_STORED};
  return replace(op, present, op.expiresMs());
}

// The sum is stored as a new entry, because memcached's own incr supports neither the header nor negative
// numbers.
std::optional<Answer> EntryWriter::increment(PendingOp& op, const Present& present) {
  const auto before = present.live ? numberOf(present.live->value) : 0;
  std::int64_t sum = 0;
  if (!before || __builtin_add_overflow(*before, op.number(), &sum)) return Answer{LARDER_NOT_STORED};

  const std::string text = std::to_string(sum);
  const std::int64_t expiresMs = present.live ? present.live->expiresMs : op.expiresMs();
  std::string bytes = encode({op.version(), expiresMs, present.generation, op.nameSpace(), op.key(), text});
  auto answer = store(op, present, bytes, expiresMs);
  if (answer) answer->number = sum;
  return answer;
}

std::optional<Answer> EntryWriter::replace(PendingOp& op, const Present& present, std::int64_t expiresMs) {
  setGeneration(op.entry(), present.generation);
  setExpiry(op.entry(), expiresMs);
  return store(op, present, op.entry(), expiresMs);
}

std::optional<Answer> EntryWriter::store(const PendingOp& op, const Present& present,
                                         std::span<const char> bytes, std::int64_t expiresMs) {
  const std::time_t expiry = serverExpiry(expiresMs, host_.realtimeMs());
  const Lookup& found = present.found;
  const Reply reply = found.found() ? connection_.compareAndSet(found.key, bytes, expiry, found.cas)
                                    : connection_.add(found.key, bytes, expiry);
  if (wasOvertaken(reply)) return std::nullopt;
  return answerFor(reply, op);
}

std::optional<Answer> EntryWriter::erase(PendingOp& op, const Present& present) {
  if (!present.live) return Answer{LARDER_MISS};
  if (op.has(LARDER_IF_VERSION)) return eraseVersion(op, present);
  const Reply reply = connection_.erase(present.found.key);
  return reply == Reply::absent ? Answer{LARDER_MISS} : answerFor(reply, op);
}

// memcached has no conditional delete, so an entry that is already expired replaces the old one.
std::optional<Answer> EntryWriter::eraseVersion(PendingOp& op, const Present& present) {
  if (present.live->version != op.expectedVersion()) return Answer{LARDER_NOT_STORED};
  setGeneration(op.entry(), present.generation);
  setExpiry(op.entry(), 0);
  const Lookup& found = present.found;
  const Reply reply = connection_.compareAndSet(found.key, op.entry(), kAtOnce, found.cas);
  if (wasOvertaken(reply)) return std::nullopt;
  return answerFor(reply, op);
}

std::optional<Answer> EntryWriter::touch(PendingOp& op, const Present& present) {
  if (!present.live) return Answer{LARDER_MISS};
  Lookup& found = present.found;
  const std::span<char> bytes(found.bytes.get(), found.size);
  setExpiry(bytes, op.expiresMs());
  const std::time_t expiry = serverExpiry(op.expiresMs(), host_.realtimeMs());
  const Reply reply = connection_.compareAndSet(found.key, bytes, expiry, found.cas);
  if (wasOvertaken(reply)) return std::nullopt;
  return answerFor(reply, op);
}

Answer EntryWriter::answerFor(Reply reply, const PendingOp& op) const {
  if (reply != Reply::ok) return failure(connection_, reply, true);
  Answer answer{LARDER_OK};
  answer.version = op.version();
  return answer;
}

}  // namespace larder::memcached
