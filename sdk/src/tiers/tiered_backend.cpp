// SPDX-License-Identifier: Apache-2.0
//
// The path of an operation: submit plans each one, in order. A GET with a copy in L1 ends there. All other
// operations go to L2 as one batch, each preceded by a removal if one is still owed. L2's answer finishes
// each step: it makes copies, records failures and completes the operation.
#include "tiers/tiered_backend.hpp"

#include <larder/plugin.hpp>

#include <pthread.h>

#include <algorithm>
#include <semaphore>
#include <utility>

#include "guard/outage.hpp"

namespace larder {
namespace {

using namespace std::chrono_literals;

constexpr auto kTtlAlone = 1s;   // of copies if L2 does not report changes
constexpr auto kTtlTold = 1min;  // of copies if L2 reports changes
constexpr auto kRepairTimeout = 1s;
constexpr std::chrono::milliseconds kFirstRepairPause = 10ms;     // between attempts while L2 is down
constexpr std::chrono::milliseconds kLongestRepairPause = 640ms;  // each is twice as long as the previous
constexpr std::size_t kRepairBatch = 256;

Deadline deadlineOf(std::uint64_t monotonic_ns) {
  return Deadline::at(std::chrono::nanoseconds(static_cast<std::int64_t>(monotonic_ns)));
}

enum class Kind : std::uint8_t { read, write, clear, other };

Kind kindOf(const larder_op& op) {
  switch (op.opcode) {
    case LARDER_OP_GET: return Kind::read;
    case LARDER_OP_SET:
    case LARDER_OP_DELETE:
    case LARDER_OP_TOUCH:
    case LARDER_OP_INCREMENT:
    case LARDER_OP_COMPARE_SET: return Kind::write;
    case LARDER_OP_CLEAR_NAMESPACE: return Kind::clear;
    default: return Kind::other;
  }
}

// Returns whether the operation concerns an entry; locks, scans and pings do not.
bool concernsAnEntry(const larder_op& op, Kind kind) {
  return kind == Kind::read || kind == Kind::write || op.opcode == LARDER_OP_EXISTS ||
         op.opcode == LARDER_OP_TTL || op.opcode == LARDER_OP_INTROSPECT;
}

// Returns true for an unconditional write. A conditional write builds on what L2 holds, so its failure leaves
// the entry valid; an unconditional one was meant to replace the entry.
bool replacesWhateverIsThere(const larder_op& op) {
  constexpr std::uint32_t conditions = LARDER_IF_ABSENT | LARDER_IF_PRESENT | LARDER_IF_VERSION;
  const bool is_write = op.opcode == LARDER_OP_SET || op.opcode == LARDER_OP_DELETE;
  return is_write && (op.flags & conditions) == 0;
}

// Returns true if the caller's operation was invalid, so that nothing should have changed.
bool refused(Status status) {
  return status == Status::invalid || status == Status::unsupported || status == Status::tooLarge;
}

Operation operationOf(const larder_op& op) {
  return {.code = static_cast<OpCode>(op.opcode),
          .flags = static_cast<OperationFlags>(op.flags & ~LARDER_DONATE),
          .nameSpace = plugin::view(op.name_space),
          .key = plugin::view(op.key),
          .value = plugin::view(op.value),
          .ttl = std::chrono::milliseconds(op.ttl_ms),
          .expectedVersion = op.expected_version,
          .number = op.number,
          .expected = plugin::view(op.expected)};
}

// Lends `bytes`, which lie within `value` and are released with it.
void lend(larder_op& op, Value value, std::string_view bytes) {
  op.result = {bytes.data(), bytes.size(), new Value(std::move(value)),
               [](void* owner) { delete static_cast<Value*>(owner); }};
}

void refuseUnfit(const std::string& name, const Backend& l1, const Backend& l2) {
  const auto where = "backends." + name + ": ";
  if (!l1.isInline())
    throw SettingError(where + "l1: \"" + std::string(l1.name()) +
                       "\" may wait for I/O; use a backend in memory, like lru");
  if (!l2.has(LARDER_CAP_TTL | LARDER_CAP_CLEAR))
    throw SettingError(where + "l2: \"" + std::string(l2.name()) +
                       "\" lacks TTL or CLEAR_NAMESPACE, which tiers are built on");
}

std::chrono::milliseconds ttlOfCopies(const Backend& l2, const TierOptions& options) {
  if (options.l1Ttl) return *options.l1Ttl;
  return l2.extension(LARDER_INVALIDATION) != nullptr ? std::chrono::milliseconds(kTtlTold)
                                                      : std::chrono::milliseconds(kTtlAlone);
}

}  // namespace

struct TieredBackend::Step {
  larder_op* op = nullptr;
  larder_status* result = nullptr;  // set if the caller waits in submit
  Kind kind = Kind::other;
  LocalCopies::Ticket ticket{};
  std::optional<RepairList::Mark> owed{};  // its removal precedes the operation
  std::uint64_t youngestMark = 0;          // for a clear: the newest mark it covers
  std::size_t at = 0;                      // index of its own operation in the batch
  bool asksTtl = false;                    // by an operation after its own
};

class TieredBackend::Batch {
 public:
  explicit Batch(TieredBackend& tiers) : tiers_(tiers) {}

  void add(Step step) {
    const auto operation = operationOf(*step.op);
    if (step.owed)
      operations_.push_back({.code = OpCode::erase, .nameSpace = operation.nameSpace, .key = operation.key});
    step.at = operations_.size();
    operations_.push_back(operation);
    if (step.asksTtl)
      operations_.push_back({.code = OpCode::ttl, .nameSpace = operation.nameSpace, .key = operation.key});
    if (step.op->deadline_ns != 0) {
      const auto deadline = deadlineOf(step.op->deadline_ns);
      deadline_ = deadline_.isNone() ? deadline : std::min(deadline_, deadline);
    }
    steps_.push_back(std::move(step));
  }

  bool empty() const { return steps_.empty(); }
  Step& last() { return steps_.back(); }

  // `self` keeps the batch alive until it is answered. Blocks if an operation needs its status here.
  static void run(const std::shared_ptr<Batch>& self) {
    const bool waits = std::any_of(self->steps_.begin(), self->steps_.end(),
                                   [](const Step& step) { return step.result != nullptr; });
    Backend& l2 = *self->tiers_.l2_;
    CircuitBreaker& breaker = self->tiers_.breaker_;
    const auto pass = breaker.admit();
    if (!pass) return self->refuse();
    l2.start(self->operations_, self->deadline_, [self, &breaker, pass = *pass](std::span<Outcome> outcomes) {
      breaker.record(pass, answered(outcomes));
      self->completeAll(outcomes);
    });
    if (waits) self->done_.acquire();
  }

 private:
  void refuse() {
    std::vector<Outcome> outcomes(operations_.size());
    for (auto& outcome : outcomes) {
      outcome.status = Status::unavailable;
      outcome.error = "L2 was not asked: its circuit is open after consecutive failures";
    }
    completeAll(outcomes);
  }

  void completeAll(std::span<Outcome> outcomes) {
    for (const Step& step : steps_) complete(step, outcomes);
    done_.release();
  }

  void complete(const Step& step, std::span<Outcome> outcomes) {
    larder_status status = LARDER_INTERNAL;
    tiers_.finish(step, outcomes, status);
    plugin::releaseDonation(*step.op);
    tiers_.count(step.op->opcode, status);
    --tiers_.pending_;
    // From here on the operation belongs to the host again.
    if (step.result != nullptr)
      *step.result = status;
    else
      step.op->complete(step.op, status);
  }

  TieredBackend& tiers_;
  std::vector<Operation> operations_;
  std::vector<Step> steps_;
  Deadline deadline_;
  std::binary_semaphore done_{0};
};

TieredBackend::TieredBackend(const std::string& name, std::unique_ptr<Backend> l1,
                             std::unique_ptr<Backend> l2, const TierOptions& options, HostServices& services)
    : l1_((refuseUnfit(name, *l1, *l2), std::move(l1))),
      copies_(*l1_, ttlOfCopies(*l2, options)),
      repairs_(options.maxRepairs),
      services_(services),
      name_(name),
      breaker_(observed(options.circuit), services.clock()),
      l2_(std::move(l2)) {
  const auto counter = [&](std::string_view metric, std::string_view help) {
    return services_.registerMetric(name_, MetricKind::counter, metric, help);
  };
  metrics_.hits = counter("tiers_l1_hits_total", "GETs that were answered from L1.");
  metrics_.drops = counter("tiers_l1_drops_total", "Copies in L1 that another host's change outdated.");
  metrics_.failedWrites = counter("tiers_failed_writes_total", "Writes that L2 failed; removed there later.");
  metrics_.repairs = services_.registerMetric(name_, MetricKind::gauge, "tiers_pending_repairs",
                                              "Keys and namespaces that are still to be removed from L2.");
  metrics_.circuitOpen = services_.registerMetric(name_, MetricKind::gauge, "tiers_l2_circuit_open",
                                                  "1 while L2 is given up on, or tried by one call; else 0.");
  listen();
  repairing_ = std::thread([this] { repairUntilStopped(); });
  ::pthread_setname_np(repairing_.native_handle(), "larder-tiers");
}

TieredBackend::~TieredBackend() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  repairing_.join();
}

larder_backend TieredBackend::table(std::unique_ptr<TieredBackend> self) {
  const larder_backend& l2 = self->l2_->table();
  larder_backend table{};
  table.struct_size = sizeof table;
  // Waiting within submit would gain nothing: a blocking call waits for L2 as it would without tiers.
  table.capabilities = l2.capabilities & ~LARDER_CAP_BLOCKING_DEADLINE;
  table.max_key_size = l2.max_key_size;
  table.max_value_size = l2.max_value_size;
  table.submit = [](void* tiers, larder_op* const* ops, std::uint32_t count, larder_status* results) {
    static_cast<TieredBackend*>(tiers)->submit(ops, count, results);
  };
  table.cancel = [](void*, larder_op*) {};  // L2 answers by the deadline
  table.stats = [](void* tiers, larder_stats* stats) {
    static_cast<TieredBackend*>(tiers)->fillStats(*stats);
  };
  table.drain = [](void* tiers, std::uint64_t deadline_ns) -> larder_status {
    auto& drained = *static_cast<TieredBackend*>(tiers);
    drained.drained_ = true;
    return static_cast<larder_status>(drained.l2_->drain(deadlineOf(deadline_ns)));
  };
  table.destroy = destroy;
  // Passes on extensions that consist of opcodes. Reports of changes are not passed on: no layer above keeps
  // copies.
  table.get_extension = [](void* tiers, larder_bytes id) -> const void* {
    const auto name = plugin::view(id);
    if (name == kLocalReads) return &kCopies;
    const bool passes =
        name == LARDER_ATOMIC || name == LARDER_LOCK || name == LARDER_SCAN || name == LARDER_INTROSPECT;
    return passes ? static_cast<TieredBackend*>(tiers)->l2_->extension(name) : nullptr;
  };
  table.self = self.release();
  return table;
}

// Only tables of this class have this destroy function.
const TieredBackend* TieredBackend::of(const larder_backend& table) {
  return table.destroy == destroy ? static_cast<const TieredBackend*>(table.self) : nullptr;
}

void TieredBackend::destroy(void* self) { delete static_cast<TieredBackend*>(self); }

// ---- From an operation to L2 ----

const LocalReads TieredBackend::kCopies{
    [](void* tiers, larder_op* const* ops, std::uint32_t count, larder_status* results) {
      return static_cast<TieredBackend*>(tiers)->answerFromCopies(ops, count, results);
    }};

// An operation that cannot be answered here goes through submit, which counts it and reports its error.
bool TieredBackend::answerFromCopies(larder_op* const* ops, std::uint32_t count, larder_status* results) {
  std::fill_n(results, count, LARDER_MISS);
  if (drained_) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (check(*ops[i]) != LARDER_OK) return false;
    results[i] = copies_.answer(*ops[i]);
    if (results[i] != LARDER_OK) return false;
  }
  hits_ += count;
  services_.addMetric(metrics_.hits, count);
  return true;
}

void TieredBackend::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) {
  const auto batch = std::make_shared<Batch>(*this);
  for (std::uint32_t i = 0; i < count; ++i) {
    larder_op& op = *ops[i];
    results[i] = plan(op, *batch);
    if (results[i] != LARDER_PENDING) {
      plugin::releaseDonation(op);
      this->count(op.opcode, results[i]);
      continue;
    }
    ++pending_;
    if (op.complete == nullptr) batch->last().result = &results[i];
  }
  if (!batch->empty()) Batch::run(batch);
}

// Returns LARDER_PENDING if the operation is in the batch.
larder_status TieredBackend::plan(larder_op& op, Batch& batch) {
  if (drained_) return LARDER_CLOSED;
  if (const auto wrong = check(op); wrong != LARDER_OK) return wrong;

  const auto name_space = plugin::view(op.name_space);
  const auto key = plugin::view(op.key);
  Step step{.op = &op, .kind = kindOf(op)};
  if (step.kind == Kind::read && copies_.answer(op) == LARDER_OK) {
    services_.addMetric(metrics_.hits, 1);
    return LARDER_OK;
  }

  switch (step.kind) {
    case Kind::read: step.ticket = copies_.beginRead(name_space, key); break;
    case Kind::write: step.ticket = copies_.beginWrite(name_space, key); break;
    case Kind::clear:
      step.youngestMark = repairs_.last();
      copies_.beginClear();
      break;
    case Kind::other: break;
  }
  // After the ticket is taken: a write that fails in between has either left its mark, or it voids the
  // ticket.
  if (concernsAnEntry(op, step.kind)) step.owed = repairs_.find(name_space, key);
  if (step.owed && !step.owed->key) {
    if (step.kind == Kind::write) copies_.endWrite(step.ticket, name_space, key, std::nullopt);
    return plugin::fail(op, LARDER_UNAVAILABLE, "its namespace must be cleared in L2 first");
  }
  // A copy needs the entry's remaining TTL.
  step.asksTtl =
      step.kind == Kind::read && step.ticket.alone && !getTellsTtl_.load(std::memory_order_relaxed);
  batch.add(std::move(step));
  return LARDER_PENDING;
}

larder_status TieredBackend::check(const larder_op& op) const {
  const auto judge = plugin::isExtension(op.opcode) ? plugin::checkExtension : plugin::check;
  return judge(op, l2_->maxKeySize(), l2_->maxValueSize());
}

// ---- From L2's answer to the operation ----

void TieredBackend::finish(const Step& step, std::span<Outcome> outcomes, larder_status& status) {
  larder_op& op = *step.op;
  Outcome& outcome = outcomes[step.at];
  if (step.owed) {
    const auto removed = outcomes[step.at - 1].status;
    if (!failed(removed)) {
      repairs_.remove(*step.owed);
    } else if (!failed(outcome.status) && !replacesWhateverIsThere(op)) {
      // The operation found, or built on, an entry that should have been removed.
      outcome = Outcome{};
      outcome.status = removed;
    }
  }
  switch (step.kind) {
    case Kind::read: finishRead(step, outcomes); break;
    case Kind::write: finishWrite(step, outcome); break;
    case Kind::clear: finishClear(step, outcome); break;
    case Kind::other: break;
  }
  op.version = outcome.version;
  op.result_ttl_ms = outcome.ttl.count();
  op.result_number = outcome.number;
  op.result_idle_ms = outcome.idle.count();
  plugin::write(op.error, outcome.error);
  const auto bytes = outcome.value.view();
  if (outcome.status == Status::ok && (step.kind == Kind::read || op.opcode == LARDER_OP_SCAN))
    lend(op, std::move(outcome.value), bytes);
  status = static_cast<larder_status>(outcome.status);
}

void TieredBackend::finishRead(const Step& step, std::span<Outcome> outcomes) {
  const Outcome& found = outcomes[step.at];
  if (!step.ticket.alone || found.status != Status::ok) return;
  // The host initializes the ttl to 0, which no existing entry has left; any other value comes from L2's
  // plugin.
  const bool told = found.ttl != std::chrono::milliseconds(0);
  getTellsTtl_.store(told, std::memory_order_relaxed);
  if (!told && (!step.asksTtl || outcomes[step.at + 1].status != Status::ok)) return;
  copies_.endRead(step.ticket, plugin::view(step.op->name_space), plugin::view(step.op->key),
                  {.payload = found.value.view(),
                   .version = found.version,
                   .ttl = told ? found.ttl : outcomes[step.at + 1].ttl});
}

void TieredBackend::finishWrite(const Step& step, const Outcome& outcome) {
  const larder_op& op = *step.op;
  // Marked before the write ends, so that no read of L2 in between can keep what it finds.
  if (failed(outcome.status) && !refused(outcome.status) && replacesWhateverIsThere(op)) remember(op);

  std::optional<LocalCopies::Found> stored;
  const bool known = op.opcode == LARDER_OP_SET && (op.flags & LARDER_KEEP_TTL) == 0;
  if (known && outcome.status == Status::ok)
    stored = {.payload = plugin::view(op.value),
              .version = outcome.version,
              .ttl = std::chrono::milliseconds(op.ttl_ms)};
  copies_.endWrite(step.ticket, plugin::view(op.name_space), plugin::view(op.key), stored);
}

void TieredBackend::finishClear(const Step& step, const Outcome& outcome) {
  const auto name_space = plugin::view(step.op->name_space);
  if (outcome.status == Status::ok)
    repairs_.removeNamespace(name_space, step.youngestMark);
  else if (!refused(outcome.status))
    remember(*step.op);
  copies_.endClear();
}

void TieredBackend::remember(const larder_op& op) {
  const auto name_space = plugin::view(op.name_space);
  const bool whole = op.opcode == LARDER_OP_CLEAR_NAMESPACE;
  const bool kept =
      whole ? repairs_.addNamespace(name_space) : repairs_.add(name_space, plugin::view(op.key));
  services_.addMetric(metrics_.failedWrites, 1);
  if (!kept)
    services_.log(LogLevel::error, name_,
                  "writes failed in more namespaces than are remembered; L2 may serve older values of one");
  services_.setMetric(metrics_.repairs, static_cast<std::int64_t>(repairs_.size()));
  wakeRepairs();
}

void TieredBackend::count(std::uint32_t opcode, larder_status status) {
  if (status < 0)
    ++errors_;
  else if (opcode == LARDER_OP_GET)
    ++(status == LARDER_OK ? hits_ : misses_);
  else if (status == LARDER_OK && opcode == LARDER_OP_SET)
    ++writes_;
  else if (status == LARDER_OK && opcode == LARDER_OP_DELETE)
    ++deletes_;
}

void TieredBackend::fillStats(larder_stats& stats) const {
  stats.pending = pending_;
  stats.hits = hits_;
  stats.misses = misses_;
  stats.writes = writes_;
  stats.deletes = deletes_;
  stats.errors = errors_;
}

// ---- Changes by other hosts ----

void TieredBackend::listen() {
  feed_ = InvalidationFeed::open(*l2_, {.changed =
                                            [this](std::string_view name_space, std::string_view key) {
                                              copies_.drop(name_space, key);
                                              dropped();
                                            },
                                        .cleared =
                                            [this](std::string_view) {
                                              copies_.dropAll();
                                              dropped();
                                            },
                                        .lost =
                                            [this] {
                                              copies_.dropAll();
                                              dropped();
                                            }});
}

CircuitOptions TieredBackend::observed(CircuitOptions circuit) {
  circuit.onChange = [this, then = std::move(circuit.onChange)](CircuitState state) {
    services_.setMetric(metrics_.circuitOpen, state == CircuitState::closed ? 0 : 1);
    if (state == CircuitState::open)
      services_.log(LogLevel::warning, name_,
                    "L2 failed repeatedly: its circuit is open, and only an occasional call tries it");
    if (state == CircuitState::closed) services_.log(LogLevel::info, name_, "L2 answers again");
    if (then) then(state);
  };
  return circuit;
}

void TieredBackend::dropped() { services_.addMetric(metrics_.drops, 1); }

// ---- Repairs in L2 ----

void TieredBackend::wakeRepairs() {
  { const std::lock_guard lock(mutex_); }  // the thread is either before its check or asleep
  wake_.notify_one();
}

void TieredBackend::repairUntilStopped() {
  auto pause = kFirstRepairPause;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !repairs_.empty(); });
    if (stopping_) return;
    lock.unlock();
    const bool answered = repairSome();
    lock.lock();
    if (answered) {
      pause = kFirstRepairPause;
      continue;
    }
    wake_.wait_for(lock, pause, [this] { return stopping_; });
    pause = std::min(2 * pause, kLongestRepairPause);
  }
}

bool TieredBackend::repairSome() {
  const auto marks = repairs_.some(kRepairBatch);
  std::vector<Operation> operations;
  for (const auto& mark : marks) {
    const auto code = mark.key ? OpCode::erase : OpCode::clearNamespace;
    const std::string_view key = mark.key ? std::string_view(*mark.key) : std::string_view();
    operations.push_back({.code = code, .nameSpace = mark.nameSpace, .key = key});
  }
  std::vector<Outcome> outcomes(operations.size());
  l2_->perform(operations, outcomes, l2_->in(kRepairTimeout));
  bool answered = true;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (failed(outcomes[i].status))
      answered = false;
    else
      repairs_.remove(marks[i]);
  }
  services_.setMetric(metrics_.repairs, static_cast<std::int64_t>(repairs_.size()));
  return answered;
}

// ---- Public functions ----

std::unique_ptr<Backend> openTiers(std::string name, std::unique_ptr<Backend> l1, std::unique_ptr<Backend> l2,
                                   const TierOptions& options, HostServices& services) {
  auto tiers = std::make_unique<TieredBackend>(name, std::move(l1), std::move(l2), options, services);
  const Backend& store = tiers->l2();
  return Backend::over(TieredBackend::table(std::move(tiers)), store, std::move(name), services);
}

std::vector<std::pair<std::string, larder_stats>> tierStats(const Backend& backend) {
  std::vector<std::pair<std::string, larder_stats>> stats;
  backend.withTable([&stats](const larder_backend& table) {
    const auto* const tiers = TieredBackend::of(table);
    if (tiers == nullptr) return;
    for (const Backend* const tier : {&tiers->l1(), &tiers->l2()})
      stats.emplace_back(tier->name(), tier->stats());
  });
  return stats;
}

}  // namespace larder
