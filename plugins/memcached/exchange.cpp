// SPDX-License-Identifier: Apache-2.0
#include "exchange.hpp"

#include "expiry.hpp"

#include <algorithm>
#include <exception>
#include <new>

namespace larder::memcached {

namespace {

// One round guesses, and the next is right unless the namespace is cleared in between. A namespace that is
// cleared all the time has an empty cache anyway.
constexpr int kRounds = 4;
constexpr std::string_view kRestless = "the namespace is cleared again and again";

bool isControl(const PendingOp& op) {
  return op.opcode() == LARDER_OP_CLEAR_NAMESPACE || op.opcode() == LARDER_OP_PING;
}

bool isOfALock(const PendingOp& op) {
  return op.opcode() == LARDER_OP_LOCK || op.opcode() == LARDER_OP_UNLOCK;
}

// Returns true for operations whose effect does not depend on a generation.
bool standsAlone(const PendingOp& op) { return isControl(op) || isOfALock(op); }

bool isSimple(const PendingOp& op) { return Task::takes(op.opcode(), op.flags()); }

// Returns how many operations at the front take the same path and fit into one request.
std::size_t alike(std::span<const PendingOpPtr> batch) {
  const bool simple = isSimple(*batch.front());
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (; count < batch.size(); ++count) {
    const PendingOp& op = *batch[count];
    bytes += op.size();
    if (standsAlone(op) || isSimple(op) != simple || (count > 0 && bytes > kLargestRequest)) break;
  }
  return count;
}

std::uint64_t latestLimit(std::span<const PendingOpPtr> ops) {
  std::uint64_t latest = 0;
  for (const auto& op : ops) latest = std::max(latest, op->limitNs());
  return latest;
}

}  // namespace

Exchange::Exchange(plugin::Host host, Connection::Settings settings, ServerAddress& address,
                   StoreHealth& health, Counters& counters, const StoreKeys& keys)
    : host_(host),
      timeout_(settings.timeout),
      probeKey_(settings.probeKey),
      connection_(host, settings, health, counters),
      generations_(host, connection_, keys, seen_),
      writer_(host, connection_, generations_, keys),
      locks_(host, connection_, keys),
      pipeline_(
          host,
          {settings.serverIndex, settings.server.name(), settings.timeout, settings.connectTimeout, true},
          address, seen_, health, counters, keys) {}

void Exchange::perform(std::span<const PendingOpPtr> batch) noexcept {
  try {
    performAll(batch);
  } catch (const std::bad_alloc&) {
    connection_.disconnect();  // a reply may still arrive
    pipeline_.abandon();
    failAll(batch, LARDER_NO_MEMORY, "out of memory");
  } catch (const std::exception& error) {
    connection_.disconnect();
    pipeline_.abandon();
    failAll(batch, LARDER_INTERNAL, error.what());
  }
}

void Exchange::performAll(std::span<const PendingOpPtr> batch) {
  while (!batch.empty()) {
    if (standsAlone(*batch.front())) {
      performAlone(*batch.front());
      batch = batch.subspan(1);
      continue;
    }
    const auto together = batch.first(alike(batch));
    Ops ops(together.begin(), together.end());
    isSimple(*batch.front()) ? performSimple(std::move(ops)) : write(std::move(ops));
    batch = batch.subspan(together.size());
  }
}

void Exchange::performSimple(Ops ops) {
  for (int round = 0; round < kRounds; ++round) {
    std::erase_if(ops, [this](const PendingOpPtr& op) { return !startsNow(*op); });
    if (ops.empty()) return;
    ops = simpleRound(ops);
    if (ops.empty() || !makeGenerations(ops)) return;
  }
  failAll(ops, LARDER_UNAVAILABLE, kRestless);
}

// Returns the operations whose namespaces have no generation.
Exchange::Ops Exchange::simpleRound(const Ops& ops) {
  std::vector<Task> tasks;
  tasks.reserve(ops.size());
  for (const auto& op : ops) tasks.push_back(op->task());
  if (!runPipeline(tasks, ops)) return {};

  Ops without;
  Ops undecided;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    switch (tasks[i].state) {
      case Task::State::answered: answer(*ops[i], std::move(tasks[i].answer)); break;
      case Task::State::noGeneration: without.push_back(ops[i]); break;
      case Task::State::undecided: undecided.push_back(ops[i]); break;
      default:
        failAll({&ops[i], 1}, ops[i]->isRead() ? LARDER_UNAVAILABLE : LARDER_UNKNOWN_RESULT, kRestless);
    }
  }
  write(std::move(undecided));
  return without;
}

// Returns false if all operations were completed elsewhere in the meantime.
bool Exchange::runPipeline(std::span<Task> tasks, const Ops& ops) {
  std::vector<Task*> pointers;
  for (Task& task : tasks) pointers.push_back(&task);
  pipeline_.begin(pointers, false);
  while (!pipeline_.advance()) {
    if (!std::all_of(ops.begin(), ops.end(), [](const PendingOpPtr& op) { return op->isDone(); })) continue;
    pipeline_.abandon();
    return false;
  }
  return true;
}

// Returns false if that failed; the operations have then failed too.
bool Exchange::makeGenerations(const Ops& ops) {
  Guesses guesses;
  for (const auto& op : ops) guesses.of(op->nameSpace());
  std::vector<Lookup> none;
  limitWaits(latestLimit(ops));
  const Reply reply = generations_.fetch(none, guesses);
  if (reply == Reply::ok) return true;
  for (const auto& op : ops) answer(*op, failure(connection_, reply, false));
  return false;
}

void Exchange::write(Ops ops) {
  for (int round = 0; round < kRounds; ++round) {
    std::erase_if(ops, [this](const PendingOpPtr& op) { return !startsNow(*op); });
    if (ops.empty()) return;
    ops = writeRound(ops);
  }
  failAll(ops, LARDER_UNKNOWN_RESULT, kRestless);
}

// All writes of a round to a namespace use the same generation. After the first write that sees a different
// one, the rest are not performed: repeating them in the next round keeps their order.
Exchange::Ops Exchange::writeRound(const Ops& ops) {
  Guesses guesses;
  bool guessed = true;
  for (const auto& op : ops) {
    Guess& guess = guesses.of(op->nameSpace());
    guess.used = generations_.guess(guess.nameSpace);
    guessed = guessed && guess.used != kNoGeneration;
  }
  if (!guessed) {
    std::vector<Lookup> none;
    limitWaits(latestLimit(ops));
    const Reply reply = generations_.fetch(none, guesses);
    if (reply != Reply::ok) {
      for (const auto& op : ops) answer(*op, failure(connection_, reply, false));
      return {};
    }
    for (Guess& guess : guesses.all()) guess.used = guess.current;
  }

  std::vector<Written> written;
  for (const auto& op : ops) {
    Guess& guess = guesses.of(op->nameSpace());
    std::optional<Answer> outcome;
    if (guess.used != kNoGeneration) {
      if (!startsNow(*op)) continue;
      limitWaits(op->limitNs());
      outcome = writer_.write(*op, guess.used);
    }
    if (!outcome) guess.used = kNoGeneration;
    if (outcome && outcome->status < 0) {
      answer(*op, std::move(*outcome));
    } else {
      written.push_back({op, guess.used, std::move(outcome)});
    }
  }
  return confirm(std::move(written), std::move(guesses));
}

Exchange::Ops Exchange::confirm(std::vector<Written>&& written, Guesses guesses) {
  if (written.empty()) return {};
  Ops ops;
  for (const auto& each : written) ops.push_back(each.op);
  limitWaits(latestLimit(ops));
  std::vector<Lookup> none;
  const Reply reply = generations_.fetch(none, guesses);

  Ops again;
  for (auto& [op, generation, outcome] : written) {
    if (reply != Reply::ok) {
      answer(*op, failure(connection_, outcome && outcome->status == LARDER_OK ? Reply::lost : reply, true));
    } else if (outcome && generation == guesses.of(op->nameSpace()).current) {
      answer(*op, std::move(*outcome));
    } else {
      again.push_back(op);
    }
  }
  return again;
}

void Exchange::performAlone(PendingOp& op) {
  if (!startsNow(op)) return;
  limitWaits(op.limitNs());
  answer(op, isOfALock(op) ? locks_.perform(op) : control(op));
}

Answer Exchange::control(PendingOp& op) {
  const bool writing = op.opcode() == LARDER_OP_CLEAR_NAMESPACE;
  const Reply reply = writing ? generations_.replace(op.nameSpace()) : ping();
  return reply == Reply::ok ? Answer{LARDER_OK} : failure(connection_, reply, writing);
}

// The read checks that the connection still works. Its result "absent" proves little, since libmemcached may
// also return it for garbage; memcached's reply to a delete is unambiguous.
Reply Exchange::ping() {
  Lookup probe{probeKey_};
  if (const Reply reply = connection_.fetch({&probe, 1}); reply != Reply::ok) return reply;
  const Reply reply = connection_.erase(probeKey_);
  return reply == Reply::absent ? Reply::ok : reply;
}

bool Exchange::startsNow(PendingOp& op) const {
  if (host_.monotonicNs() >= op.limitNs()) op.lapse();
  return op.begin();
}

void Exchange::limitWaits(std::uint64_t limitNs) {
  // Slightly more than the time left: the deadline watch ends operations on time, and this only keeps the
  // connection from being given up before that.
  constexpr std::chrono::milliseconds grace(2);
  const std::uint64_t now = host_.monotonicNs();
  const std::chrono::nanoseconds left(limitNs > now ? limitNs - now : 0);
  connection_.limitWaits(
      std::min(timeout_, std::chrono::duration_cast<std::chrono::milliseconds>(left) + grace));
}

void Exchange::answer(PendingOp& op, Answer&& answer) const {
  const bool unanswered = answer.status == LARDER_UNAVAILABLE || answer.status == LARDER_UNKNOWN_RESULT;
  if (unanswered && host_.monotonicNs() >= op.limitNs()) return op.lapse();
  op.answer(std::move(answer));
}

void Exchange::failAll(std::span<const PendingOpPtr> ops, larder_status status,
                       std::string_view why) const noexcept {
  for (const auto& op : ops) op->complete(failed(status, why));
}

}  // namespace larder::memcached
