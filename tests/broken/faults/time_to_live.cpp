// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"

#include <algorithm>

namespace larder::broken {
namespace {

// Serves an expired entry once more before dropping it.
class ExpiredToldOnce final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(nameOf(op));
    if (found == entries_.end()) return LARDER_MISS;
    op.result = lend(found->second.value);
    op.version = found->second.version;
    if (isExpired(found->second)) entries_.erase(found);
    return LARDER_OK;
  }
};

// Ignores KEEP_TTL.
class KeepTtlIgnored final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry*) override { Reference::store(op, nullptr); }
};

// Overwriting an entry keeps its old ttl.
class OverwriteKeepsTtl final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry* old) override {
    const std::uint64_t expiresNs = old != nullptr ? old->expiresNs : expiryOf(op.ttl_ms);
    Reference::store(op, old);
    entries_.at(nameOf(op)).expiresNs = expiresNs;
  }
};

// A GET restarts the ttl.
class ReadingProlongs final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    constexpr std::uint64_t second_ns = 1'000'000'000;
    const larder_status status = Reference::get(op);
    const std::lock_guard lock(mutex_);
    Entry* entry = status == LARDER_OK ? find(op) : nullptr;
    if (entry != nullptr && entry->expiresNs != kNever) entry->expiresNs = host_.monotonicNs() + second_ns;
    return status;
  }
};

// TOUCH of a missing key answers OK.
class TouchMakesNothingOk final : public Reference {
 public:
  using Reference::Reference;

  larder_status touch(larder_op& op) override {
    Reference::touch(op);
    return LARDER_OK;
  }
};

// TOUCH does not shorten a ttl.
class TouchOnlyProlongs final : public Reference {
 public:
  using Reference::Reference;

  larder_status touch(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    Entry* entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    entry->expiresNs = std::max(entry->expiresNs, expiryOf(op.ttl_ms));
    return LARDER_OK;
  }
};

// Keeps every entry forever.
class TtlIgnored final : public Reference {
 public:
  using Reference::Reference;

  bool isExpired(const Entry&) const override { return false; }
};

// Interprets milliseconds as seconds.
class TtlInSeconds final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t expiryOf(std::int64_t ttl_ms) const override {
    const bool scales = ttl_ms != LARDER_TTL_NONE && ttl_ms < LARDER_TTL_MAX_MS / 1000;
    return Reference::expiryOf(scales ? ttl_ms * 1000 : ttl_ms);
  }
};

// TTL of an entry without one answers 0.
class TtlNoneToldAsZero final : public Reference {
 public:
  using Reference::Reference;

  larder_status ttl(larder_op& op) override {
    const larder_status status = Reference::ttl(op);
    if (op.result_ttl_ms == LARDER_TTL_NONE) op.result_ttl_ms = 0;
    return status;
  }
};

// Stores a ttl in 32 bits.
class TtlOf32Bits final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t expiryOf(std::int64_t ttl_ms) const override {
    return Reference::expiryOf(ttl_ms == LARDER_TTL_NONE ? ttl_ms : ttl_ms & 0xffff'ffff);
  }
};

// Treats a ttl of 0 as no ttl.
class TtlZeroIsForEver final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    if (op.ttl_ms == 0) op.ttl_ms = LARDER_TTL_NONE;
    return Reference::answer(op);
  }
};

// GET reports that no entry expires.
class GetTellsNoEnd final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    const larder_status status = Reference::get(op);
    if (status == LARDER_OK) op.result_ttl_ms = LARDER_TTL_NONE;
    return status;
  }
};

}  // namespace

void timeToLiveFaults(Faults& faults) {
  faults.push_back(brokenClass<ExpiredToldOnce>("expired_told_once"));
  faults.push_back(brokenClass<KeepTtlIgnored>("keep_ttl_ignored"));
  faults.push_back(brokenClass<OverwriteKeepsTtl>("overwrite_keeps_ttl"));
  faults.push_back(brokenClass<ReadingProlongs>("reading_prolongs"));
  faults.push_back(brokenClass<TouchMakesNothingOk>("touch_makes_nothing_ok"));
  faults.push_back(brokenClass<TouchOnlyProlongs>("touch_only_prolongs"));
  faults.push_back(brokenClass<TtlIgnored>("ttl_ignored"));
  faults.push_back(brokenClass<TtlInSeconds>("ttl_in_seconds"));
  faults.push_back(brokenClass<TtlNoneToldAsZero>("ttl_none_told_as_zero"));
  faults.push_back(brokenClass<TtlOf32Bits>("ttl_of_32_bits"));
  faults.push_back(brokenClass<TtlZeroIsForEver>("ttl_zero_is_for_ever"));
  faults.push_back(brokenClass<GetTellsNoEnd>("get_tells_no_end"));
}

}  // namespace larder::broken
