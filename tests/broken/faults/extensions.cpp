// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"

#include <chrono>
#include <cstdlib>
#include <thread>

namespace larder::broken {
namespace {

// COMPARE_SET compares only the first bytes, as many as `expected` has.
class ComparesTheBeginning final : public Reference {
 public:
  using Reference::Reference;

  larder_status compareSet(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const Entry* old = find(op);
    if (old == nullptr) return LARDER_MISS;
    if (old->value->compare(0, op.expected.size, plugin::view(op.expected)) != 0) return LARDER_NOT_STORED;
    put(op, old, op.value, expiryOf(op.ttl_ms));
    return LARDER_OK;
  }
};

// Adds in floating point.
class IncrementInADouble final : public Reference {
 public:
  using Reference::Reference;

  larder_status increment(larder_op& op) override {
    const larder_status status = Reference::increment(op);
    if (status == LARDER_OK && std::llabs(op.result_number) < INT64_MAX / 2)
      op.result_number = static_cast<std::int64_t>(static_cast<double>(op.result_number));
    return status;
  }
};

// Treats a value that is not a number as 0.
class IncrementOfWords final : public Reference {
 public:
  using Reference::Reference;

  larder_status increment(larder_op& op) override {
    const larder_status status = Reference::increment(op);
    if (status != LARDER_NOT_STORED) return status;
    erase(op);
    return Reference::increment(op);
  }
};

// INCREMENT gives an existing number the operation's ttl.
class IncrementRenewsTheTtl final : public Reference {
 public:
  using Reference::Reference;

  larder_status increment(larder_op& op) override {
    const larder_status status = Reference::increment(op);
    const std::lock_guard lock(mutex_);
    Entry* entry = find(op);
    if (status == LARDER_OK && entry != nullptr) entry->expiresNs = expiryOf(op.ttl_ms);
    return status;
  }
};

// Reads the number under one lock and writes the sum under another.
class IncrementsGetLost final : public Reference {
 public:
  using Reference::Reference;

  larder_status increment(larder_op& op) override {
    op.result_number = op.number;
    {
      const std::lock_guard lock(mutex_);
      if (const Entry* entry = find(op)) op.result_number += std::stoll(*entry->value);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    const std::lock_guard lock(mutex_);
    put(op, find(op), plugin::bytes(std::to_string(op.result_number)), expiryOf(op.ttl_ms));
    return LARDER_OK;
  }
};

// A lock never expires.
class LockForEver final : public Reference {
 public:
  using Reference::Reference;

  larder_status lock(larder_op& op) override {
    op.ttl_ms = LARDER_TTL_MAX_MS;
    return Reference::lock(op);
  }
};

// Grants a lock to every caller.
class LockForEverybody final : public Reference {
 public:
  using Reference::Reference;

  larder_status lock(larder_op& op) override {
    {
      const std::lock_guard guard(mutex_);
      locks_.erase(nameOf(op));
    }
    return Reference::lock(op);
  }
};

// UNLOCK ignores the token.
class LockGivenBackByAnybody final : public Reference {
 public:
  using Reference::Reference;

  larder_status unlock(larder_op& op) override {
    const std::lock_guard guard(mutex_);
    return locks_.erase(nameOf(op)) > 0 ? LARDER_OK : LARDER_MISS;
  }
};

// Clearing a namespace frees its locks.
class LocksEndWithAClear final : public Reference {
 public:
  using Reference::Reference;

  larder_status clearNamespace(larder_op& op) override {
    {
      const std::lock_guard guard(mutex_);
      locks_.clear();
    }
    return Reference::clearNamespace(op);
  }
};

// Clearing a namespace keeps its numbers.
class NumbersOutliveAClear final : public Reference {
 public:
  using Reference::Reference;

  larder_status clearNamespace(larder_op& op) override {
    std::map<Name, Entry> kept;
    {
      const std::lock_guard guard(mutex_);
      for (const auto& [name, entry] : entries_)
        if (entry.value->find_first_not_of("0123456789") == std::string::npos) kept.emplace(name, entry);
    }
    const larder_status status = Reference::clearNamespace(op);
    const std::lock_guard guard(mutex_);
    entries_.insert(kept.begin(), kept.end());
    return status;
  }
};

// COMPARE_SET keeps the old version.
class CompareSetKeepsTheVersion final : public Reference {
 public:
  using Reference::Reference;

  larder_status compareSet(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    Entry* old = find(op);
    if (old == nullptr) return LARDER_MISS;
    if (*old->value != plugin::view(op.expected)) return LARDER_NOT_STORED;
    old->value = copyOf(op.value);
    old->expiresNs = expiryOf(op.ttl_ms);
    op.version = old->version;
    return LARDER_OK;
  }
};

// Performs the COMPARE_SETs of a batch last.
class CompareSetsComeLast final : public Reference {
 public:
  using Reference::Reference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    for (const bool compare_sets : {false, true})
      for (std::uint32_t i = 0; i < count; ++i)
        if ((ops[i]->opcode == LARDER_OP_COMPARE_SET) == compare_sets) results[i] = answer(*ops[i]);
  }
};

// Extension operations ignore the deadline.
class LateExtensionsHappen final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    if (plugin::isExtension(op.opcode)) op.deadline_ns = 0;
    return Reference::answer(op);
  }
};

// Stores locks as entries.
class LocksAreEntries final : public Reference {
 public:
  using Reference::Reference;

  larder_status lock(larder_op& op) override {
    const larder_status status = Reference::lock(op);
    return status == LARDER_OK ? set(op) : status;
  }
};

// SCAN ignores the prefix.
class ScanIgnoresThePrefix final : public Reference {
 public:
  using Reference::Reference;

  larder_status scan(larder_op& op) override {
    op.key.size = 0;
    return Reference::scan(op);
  }
};

// Every page of a scan after the first skips a key.
class ScanPassesKeysOver final : public Reference {
 public:
  using Reference::Reference;

  larder_status scan(larder_op& op) override {
    if (op.value.size == 0) return Reference::scan(op);
    const std::string cursor(plugin::view(op.value));
    if (cursor.find_first_not_of("0123456789") != std::string::npos) return LARDER_INVALID;
    const std::string next = std::to_string(std::stoull(cursor) + 1);
    op.value = plugin::bytes(next);
    return Reference::scan(op);
  }
};

// Restarts a scan on a malformed cursor.
class ScanTakesAnyCursor final : public Reference {
 public:
  using Reference::Reference;

  larder_status scan(larder_op& op) override {
    if (plugin::view(op.value).find_first_not_of("0123456789") != std::string_view::npos) op.value.size = 0;
    return Reference::scan(op);
  }
};

// INTROSPECT counts as a use of the entry.
class IntrospectIsAUse final : public Reference {
 public:
  using Reference::Reference;

  larder_status introspect(larder_op& op) override {
    const larder_status status = Reference::introspect(op);
    const std::lock_guard lock(mutex_);
    if (Entry* entry = find(op)) entry->usedNs = host_.monotonicNs();
    return status;
  }
};

// INTROSPECT of a missing entry answers OK.
class IntrospectOfNothingOk final : public Reference {
 public:
  using Reference::Reference;

  larder_status introspect(larder_op& op) override {
    if (Reference::introspect(op) == LARDER_MISS) plugin::EntryFacts().tell(op);
    return LARDER_OK;
  }
};

// INTROSPECT adds the size of the key to that of the value.
class IntrospectCountsTheKey final : public Reference {
 public:
  using Reference::Reference;

  larder_status introspect(larder_op& op) override {
    const larder_status status = Reference::introspect(op);
    op.result_number += static_cast<std::int64_t>(op.key.size);
    return status;
  }
};

// A read does not reset the idle time.
class IdleSinceTheLastWrite final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    std::uint64_t used = 0;
    {
      const std::lock_guard lock(mutex_);
      if (const Entry* entry = find(op)) used = entry->usedNs;
    }
    const larder_status status = Reference::get(op);
    const std::lock_guard lock(mutex_);
    if (Entry* entry = find(op)) entry->usedNs = used;
    return status;
  }
};

// Writes the idle time even if the host's struct has no room for it.
class WritesPastAnOlderOperation final : public Reference {
 public:
  using Reference::Reference;

  larder_status introspect(larder_op& op) override {
    const larder_status status = Reference::introspect(op);
    op.result_idle_ms = 0;
    return status;
  }
};

}  // namespace

void extensionsFaults(Faults& faults) {
  faults.push_back(brokenClass<ComparesTheBeginning>("compares_the_beginning"));
  faults.push_back(brokenClass<IncrementInADouble>("increment_in_a_double"));
  faults.push_back(brokenClass<IncrementOfWords>("increment_of_words"));
  faults.push_back(brokenClass<IncrementRenewsTheTtl>("increment_renews_the_ttl"));
  faults.push_back(brokenClass<IncrementsGetLost>("increments_get_lost"));
  faults.push_back(brokenClass<LockForEver>("lock_for_ever"));
  faults.push_back(brokenClass<LockForEverybody>("lock_for_everybody"));
  faults.push_back(brokenClass<LockGivenBackByAnybody>("lock_given_back_by_anybody"));
  faults.push_back(brokenClass<LocksEndWithAClear>("locks_end_with_a_clear"));
  faults.push_back(brokenClass<NumbersOutliveAClear>("numbers_outlive_a_clear"));
  faults.push_back(brokenClass<CompareSetKeepsTheVersion>("compare_set_keeps_the_version"));
  faults.push_back(brokenClass<CompareSetsComeLast>("compare_sets_come_last"));
  faults.push_back(brokenClass<LateExtensionsHappen>("late_extensions_happen"));
  faults.push_back(brokenClass<LocksAreEntries>("locks_are_entries"));
  faults.push_back(brokenClass<ScanIgnoresThePrefix>("scan_ignores_the_prefix"));
  faults.push_back(brokenClass<ScanPassesKeysOver>("scan_passes_keys_over"));
  faults.push_back(brokenClass<ScanTakesAnyCursor>("scan_takes_any_cursor"));
  faults.push_back(brokenClass<IntrospectIsAUse>("introspect_is_a_use"));
  faults.push_back(brokenClass<IntrospectOfNothingOk>("introspect_of_nothing_ok"));
  faults.push_back(brokenClass<IntrospectCountsTheKey>("introspect_counts_the_key"));
  faults.push_back(brokenClass<IdleSinceTheLastWrite>("idle_since_the_last_write"));
  faults.push_back(brokenClass<WritesPastAnOlderOperation>("writes_past_an_older_operation"));
}

}  // namespace larder::broken
