// SPDX-License-Identifier: Apache-2.0
#include "entry/lease.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "cache/entry_writer.hpp"

namespace larder {
namespace {

// A computation that outlives its lease is not stored. An abandoned lease does no harm: the next computation
// reuses it.
constexpr std::chrono::milliseconds kShortestLease = std::chrono::minutes(1);
constexpr std::chrono::milliseconds kLongestLease = std::chrono::minutes(10);

}  // namespace

bool EntryWriter::storesOnCondition() const {
  return !backend_.isInline() &&
         backend_.has(LARDER_CAP_SHARED | LARDER_CAP_VERSIONS | LARDER_CAP_CONDITIONS);
}

void EntryWriter::setCondition(Operation& set, const Caller& caller) const {
  if (!storesOnCondition()) return;
  set.flags = OperationFlags::ifVersion;
  set.expectedVersion = caller.version;
}

bool EntryWriter::mustReserve(const Caller& caller) const {
  return caller.storable && caller.version == 0 && storesOnCondition();
}

// Places the lease, then reads who was first.
std::array<Operation, 2> EntryWriter::leaseFor(const Caller& caller) {
  const auto name_space = caller.nameSpace.view();
  const auto& key = caller.request.key;
  return {{{.code = OpCode::set,
            .flags = OperationFlags::ifAbsent,
            .nameSpace = name_space,
            .key = key.stored(),
            .value = kLease,
            .ttl = std::clamp(caller.request.expire, kShortestLease, kLongestLease)},
           {.code = OpCode::get, .nameSpace = name_space, .key = key.stored()}}};
}

void EntryWriter::leased(Caller& caller, const Outcome& placed, const Outcome& found) {
  if (placed.status == Status::ok) {
    caller.version = placed.version;
  } else if (placed.status == Status::notStored && found.status == Status::ok) {
    caller.version = found.version;
    caller.overtaken = found.value.view() != kLease;
  } else {
    caller.storable = false;
    if (failed(placed.status)) events_.add(Event::writeFailure);
  }
}

void EntryWriter::reserve(const CallerPtr& caller, std::function<void()> then) {
  if (!mustReserve(*caller)) return then();
  const auto operations = leaseFor(*caller);
  backend_.start(operations, [this, caller, then = std::move(then)](std::span<Outcome> outcomes) {
    leased(*caller, outcomes[0], outcomes[1]);
    then();
  });
}

void EntryWriter::reserve(std::vector<CallerPtr> callers, std::function<void()> then) {
  std::erase_if(callers, [this](const auto& caller) { return !mustReserve(*caller); });
  if (callers.empty()) return then();
  std::vector<Operation> operations;
  operations.reserve(2 * callers.size());
  for (const auto& caller : callers)
    for (const auto& operation : leaseFor(*caller)) operations.push_back(operation);
  backend_.start(operations,
                 [this, callers = std::move(callers), then = std::move(then)](std::span<Outcome> outcomes) {
                   for (std::size_t i = 0; i < callers.size(); ++i)
                     leased(*callers[i], outcomes[2 * i], outcomes[2 * i + 1]);
                   then();
                 });
}

}  // namespace larder
