// SPDX-License-Identifier: Apache-2.0
#include <larder/extensions.hpp>

#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>
#include "loading/abi_bytes.hpp"

namespace larder {
namespace {

Outcome refusal(const Backend& backend, std::string_view extension, std::string_view replacement) {
  Outcome outcome;
  outcome.status = Status::unsupported;
  outcome.error = "plugin " + std::string(backend.library().name()) + " has no " + std::string(extension);
  if (!replacement.empty()) outcome.error += " and lacks " + std::string(replacement) + " to replace it";
  outcome.error += "; choose another backend";
  return outcome;
}

constexpr std::uint64_t kCompare = LARDER_CAP_CONDITIONS | LARDER_CAP_VERSIONS;
constexpr std::string_view kCompareName = "the conditions and versions";

// Repeats `attempt` until no concurrent write interferes. Each conflict means that another write succeeded,
// so some caller always makes progress.
template <class Try>
Outcome untilDecided(const Backend& backend, Deadline deadline, Try attempt) {
  for (;;) {
    if (auto outcome = attempt()) return *std::move(outcome);
    if (deadline.left(backend.clock().monotonic()).count() > 0) continue;
    Outcome late;
    late.status = Status::deadline;
    late.error = "other writers kept changing the same key";
    return late;
  }
}

std::optional<std::int64_t> numberOf(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Outcome notStored() {
  Outcome outcome;
  outcome.status = Status::notStored;
  return outcome;
}

// Performs a write on the condition that the entry is unchanged since `seen` was read. Returns nullopt if it
// has changed.
std::optional<Outcome> writeIfUnchanged(Backend& backend, Operation write, const Outcome& seen,
                                        Deadline deadline) {
  const bool was_there = seen.status == Status::ok;
  write.flags |= was_there ? OperationFlags::ifVersion : OperationFlags::ifAbsent;
  write.expectedVersion = seen.version;
  auto written = backend.perform(write, deadline);
  if (written.status == Status::notStored || written.status == Status::miss) return std::nullopt;
  return written;
}

std::optional<Outcome> tryIncrement(Backend& backend, const Operation& get, std::int64_t delta,
                                    std::chrono::milliseconds ttl, Deadline deadline) {
  auto seen = backend.perform(get, deadline);
  if (failed(seen.status)) return seen;
  const auto before = seen.status == Status::ok ? numberOf(seen.value.view()) : 0;
  std::int64_t sum = 0;
  if (!before || __builtin_add_overflow(*before, delta, &sum)) return notStored();

  const auto text = std::to_string(sum);
  auto written =
      writeIfUnchanged(backend,
                       {.code = OpCode::set,
                        .flags = seen.status == Status::ok ? OperationFlags::keepTtl : OperationFlags::none,
                        .nameSpace = get.nameSpace,
                        .key = get.key,
                        .value = text,
                        .ttl = ttl},
                       seen, deadline);
  if (written) written->number = sum;
  return written;
}

// Returns the namespace of locks that are built from entries, separate from the entries' own.
std::string lockSpace(std::string_view name_space) { return "larder.lock:" + std::string(name_space); }

// Returns the byte strings of a scan's result; nullopt if their sizes do not add up.
std::optional<std::vector<std::string>> unpack(std::string_view packed) {
  std::vector<std::string> strings;
  while (!packed.empty()) {
    std::uint32_t size = 0;
    if (packed.size() < sizeof size) return std::nullopt;
    std::memcpy(&size, packed.data(), sizeof size);
    packed.remove_prefix(sizeof size);
    if (packed.size() < size) return std::nullopt;
    strings.emplace_back(packed.substr(0, size));
    packed.remove_prefix(size);
  }
  return strings;
}

}  // namespace

Outcome increment(Backend& backend, std::string_view name_space, std::string_view key, std::int64_t delta,
                  std::chrono::milliseconds ttl, Deadline deadline) {
  if (backend.extension(LARDER_ATOMIC) != nullptr)
    return backend.perform(
        {.code = OpCode::increment, .nameSpace = name_space, .key = key, .ttl = ttl, .number = delta},
        deadline);
  if (!backend.has(kCompare)) return refusal(backend, LARDER_ATOMIC, kCompareName);
  const Operation get{.code = OpCode::get, .nameSpace = name_space, .key = key};
  return untilDecided(backend, deadline, [&] { return tryIncrement(backend, get, delta, ttl, deadline); });
}

Outcome compareSet(Backend& backend, std::string_view name_space, std::string_view key,
                   std::string_view expected, std::string_view value, std::chrono::milliseconds ttl,
                   Deadline deadline) {
  if (backend.extension(LARDER_ATOMIC) != nullptr)
    return backend.perform({.code = OpCode::compareSet,
                            .nameSpace = name_space,
                            .key = key,
                            .value = value,
                            .ttl = ttl,
                            .expected = expected},
                           deadline);
  if (!backend.has(LARDER_CAP_VERSIONS)) return refusal(backend, LARDER_ATOMIC, "the versions");
  const Operation get{.code = OpCode::get, .nameSpace = name_space, .key = key};
  const Operation set{.code = OpCode::set, .nameSpace = name_space, .key = key, .value = value, .ttl = ttl};
  return untilDecided(backend, deadline, [&]() -> std::optional<Outcome> {
    auto seen = backend.perform(get, deadline);
    if (seen.status != Status::ok) return seen;
    if (seen.value.view() != expected) return notStored();
    return writeIfUnchanged(backend, set, seen, deadline);
  });
}

Outcome acquireLock(Backend& backend, std::string_view name_space, std::string_view name,
                    std::string_view token, std::chrono::milliseconds ttl, Deadline deadline) {
  if (backend.extension(LARDER_LOCK) != nullptr)
    return backend.perform(
        {.code = OpCode::lock, .nameSpace = name_space, .key = name, .value = token, .ttl = ttl}, deadline);
  if (!backend.has(kCompare)) return refusal(backend, LARDER_LOCK, kCompareName);
  const auto space = lockSpace(name_space);
  const Operation get{.code = OpCode::get, .nameSpace = space, .key = name};
  const Operation set{.code = OpCode::set, .nameSpace = space, .key = name, .value = token, .ttl = ttl};
  return untilDecided(backend, deadline, [&]() -> std::optional<Outcome> {
    auto holder = backend.perform(get, deadline);
    if (failed(holder.status)) return holder;
    if (holder.status == Status::ok && holder.value.view() != token) return notStored();
    return writeIfUnchanged(backend, set, holder, deadline);
  });
}

Outcome releaseLock(Backend& backend, std::string_view name_space, std::string_view name,
                    std::string_view token, Deadline deadline) {
  if (backend.extension(LARDER_LOCK) != nullptr)
    return backend.perform({.code = OpCode::unlock, .nameSpace = name_space, .key = name, .value = token},
                           deadline);
  if (!backend.has(kCompare)) return refusal(backend, LARDER_LOCK, kCompareName);
  const auto space = lockSpace(name_space);
  const Operation get{.code = OpCode::get, .nameSpace = space, .key = name};
  return untilDecided(backend, deadline, [&]() -> std::optional<Outcome> {
    auto holder = backend.perform(get, deadline);
    if (holder.status != Status::ok) return holder;
    if (holder.value.view() != token) return notStored();
    auto erased = backend.perform({.code = OpCode::erase,
                                   .flags = OperationFlags::ifVersion,
                                   .nameSpace = space,
                                   .key = name,
                                   .expectedVersion = holder.version},
                                  deadline);
    if (erased.status == Status::notStored) return std::nullopt;  // extended meanwhile
    return erased;
  });
}

ScanPage scan(Backend& backend, std::string_view name_space, std::string_view prefix, std::int64_t limit,
              std::string_view cursor, Deadline deadline) {
  ScanPage page;
  auto outcome = backend.extension(LARDER_SCAN) == nullptr ? refusal(backend, LARDER_SCAN, {})
                                                           : backend.perform({.code = OpCode::scan,
                                                                              .nameSpace = name_space,
                                                                              .key = prefix,
                                                                              .value = cursor,
                                                                              .number = limit},
                                                                             deadline);
  page.status = outcome.status;
  page.error = std::move(outcome.error);
  if (page.status != Status::ok) return page;

  auto strings = unpack(outcome.value.view());
  if (!strings || strings->empty()) {
    page.status = Status::protocol;
    page.error = "plugin " + std::string(backend.library().name()) + " returned a malformed list of keys";
    return page;
  }
  page.cursor = std::move(strings->front());
  strings->erase(strings->begin());
  page.keys = *std::move(strings);
  return page;
}

EntryFacts introspect(Backend& backend, std::string_view name_space, std::string_view key,
                      Deadline deadline) {
  const bool introspects = backend.extension(LARDER_INTROSPECT) != nullptr;
  const auto instead = backend.has(LARDER_CAP_TTL) ? OpCode::ttl : OpCode::exists;
  const Operation operation{
      .code = introspects ? OpCode::introspect : instead, .nameSpace = name_space, .key = key};
  auto outcome = backend.perform(operation, deadline);
  EntryFacts facts;
  facts.status = outcome.status;
  facts.error = std::move(outcome.error);
  if (facts.status != Status::ok) return facts;

  if (outcome.ttl.count() != LARDER_TTL_UNKNOWN) facts.ttl = outcome.ttl;
  if (!introspects) return facts;
  if (outcome.number >= 0) facts.size = static_cast<std::uint64_t>(outcome.number);
  if (outcome.idle.count() >= 0) facts.idle = outcome.idle;
  if (outcome.version != 0) facts.version = outcome.version;
  return facts;
}

std::unique_ptr<InvalidationFeed> InvalidationFeed::open(Backend& backend, InvalidationHandlers handlers) {
  const auto* table = static_cast<const larder_invalidation*>(backend.extension(LARDER_INVALIDATION));
  if (table == nullptr || !LARDER_HAS(table, larder_invalidation, listen)) return nullptr;
  return std::unique_ptr<InvalidationFeed>(new InvalidationFeed(backend, *table, std::move(handlers)));
}

InvalidationFeed::InvalidationFeed(Backend& backend, const larder_invalidation& table,
                                   InvalidationHandlers handlers)
    : backend_(backend), table_(table), handlers_(std::move(handlers)) {
  listener_.struct_size = sizeof listener_;
  listener_.user = this;
  listener_.changed = [](void* user, larder_bytes name_space, larder_bytes key) noexcept {
    auto& feed = *static_cast<InvalidationFeed*>(user);
    try {
      if (feed.handlers_.changed) feed.handlers_.changed(viewOf(name_space), viewOf(key));
    } catch (...) {
      feed.caught("InvalidationHandlers::changed");
    }
  };
  listener_.cleared = [](void* user, larder_bytes name_space) noexcept {
    auto& feed = *static_cast<InvalidationFeed*>(user);
    try {
      if (feed.handlers_.cleared) feed.handlers_.cleared(viewOf(name_space));
    } catch (...) {
      feed.caught("InvalidationHandlers::cleared");
    }
  };
  listener_.lost = [](void* user) noexcept { static_cast<InvalidationFeed*>(user)->lose(); };
  const auto status = fromAbi(table_.listen(backend_.table().self, &listener_));
  if (status != Status::ok)
    throw std::runtime_error("backends." + std::string(backend.name()) +
                             ": cannot listen to changes: " + std::string(toString(status)));
}

// The handler did not process the event, so everything may be outdated.
void InvalidationFeed::caught(std::string_view source) noexcept {
  backend_.logCaught(source);
  lose();
}

void InvalidationFeed::lose() noexcept {
  try {
    if (handlers_.lost) handlers_.lost();
  } catch (...) {
    backend_.logCaught("InvalidationHandlers::lost");
  }
}

InvalidationFeed::~InvalidationFeed() { table_.listen(backend_.table().self, nullptr); }

}  // namespace larder
