// SPDX-License-Identifier: Apache-2.0
#include "sizing_estimate.hpp"

#include "external_memory.hpp"
#include "size_classes.hpp"

#include <algorithm>
#include <mutex>

namespace larder::lru {
namespace {

// Of a number as text, the value of an INCREMENT.
constexpr std::uint64_t kDigits = 20;

std::uint64_t scaled(std::uint64_t limit, double factor) {
  if (limit == Limits::kUnbounded) return limit;
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(static_cast<double>(limit) * factor), 1);
}

}  // namespace

SizingEstimate::SizingEstimate(Limits limits, Policy policy, std::uint32_t largestBlock,
                               const GetCounters& gets, std::int64_t allowance)
    : limits_(limits),
      policy_(policy),
      largestBlock_(largestBlock),
      gets_(gets),
      keys_(keysFor(limits)),
      caches_{Simulated(keys_, 0, policy), Simulated(keys_, 1, policy), Simulated(keys_, 2, policy),
              Simulated(keys_, 3, policy)},
      credit_(allowance) {
  static_assert(SampledKeys::kSizes == 4);
  resize();
}

std::size_t SizingEstimate::keysFor(Limits limits) {
  return std::clamp<std::uint64_t>(limits.bytes / kBytesPerKey, kLeastKeys, kMostKeys);
}

// Returns the bytes that Shard::weightOf would return for the entry.
std::uint64_t SizingEstimate::weightOf(const larder_op& op, std::uint64_t valueSize, bool timed) const {
  const std::uint64_t size = Block::sizeOf(op.key.size, valueSize, timed);
  const bool external = size > largestBlock_;
  const std::uint64_t inside = external ? Block::sizeOf(0, sizeof(char*), timed) : size;
  const std::uint64_t block = SizeClasses::sizeOf(SizeClasses::classOf(static_cast<std::uint32_t>(inside)));
  return external ? block + ExternalMemory::costOf(op.key.size + valueSize) : block;
}

std::uint64_t SizingEstimate::expiryOf(const Access& access, std::int64_t ttlMs) {
  if (ttlMs <= 0) return Block::kNeverExpires;
  return access.moment.ns() + static_cast<std::uint64_t>(ttlMs) * 1'000'000;
}

bool SizingEstimate::notice(const Access& access, larder_status status) {
  const std::lock_guard guard(lock_);
  if (paused_) {
    if (++noticedInPause_ % kNoticesPerLook == 0) resumeIfEarned();
    return false;
  }
  if (credit_ <= 0) {
    pause();
    return false;
  }
  if (!counting_ && catchingUp_ <= 0) beginCounting();
  spend(kReplayCost);
  return replay(access, status);
}

bool SizingEstimate::replay(const Access& access, larder_status status) {
  switch (access.op.opcode) {
    case LARDER_OP_GET:
      if (status == LARDER_OK || status == LARDER_MISS) get(access, status == LARDER_OK);
      return false;
    case LARDER_OP_SET:
    case LARDER_OP_COMPARE_SET:
    case LARDER_OP_INCREMENT: {
      if (status != LARDER_OK) return false;
      store(access, access.op.opcode == LARDER_OP_INCREMENT ? kDigits : access.op.value.size);
      return ++stores_ % kStoresPerFill == 0 && limits_.bytes != Limits::kUnbounded;
    }
    case LARDER_OP_DELETE:
      if (const Ref ref = keys_.find(access.hash); ref != 0) removeEverywhere(ref);
      return false;
    case LARDER_OP_TOUCH:
      if (const Ref ref = findLive(access); ref != 0 && status == LARDER_OK)
        keys_.at(ref).expiresNs = expiryOf(access, access.op.ttl_ms);
      return false;
    default: return false;
  }
}

// A key that a smaller cache misses although the real one has it is stored there at once, since no SET
// follows.
void SizingEstimate::get(const Access& access, bool hit) {
  Ref ref = findLive(access);
  const std::uint64_t missed = counting_ ? std::uint64_t{1} << halvings_ : 0;
  if (ref == 0) {
    for (Simulated& cache : caches_) cache.windowMisses += missed;
    if (!hit) return;
    ref = findOrAdd(access);
  } else {
    if (!hit) keys_.at(ref).awaitsFill = true;
    for (std::size_t i = 0; i < caches_.size(); ++i) {
      SampledKeys::Copy& copy = keys_.at(ref).of[i];
      if (!copy.present())
        caches_[i].windowMisses += missed;
      else if (policy_ == Policy::lru)
        caches_[i].queues.renew(ref, keys_.at(ref).weight);
      else
        copy.countHit();
    }
    if (!hit || keys_.at(ref).copies == caches_.size()) return;
  }
  if (ref == 0) return;
  const std::int64_t ttl = access.op.result_ttl_ms;
  setWeight(ref, weightOf(access.op, access.op.result.size, ttl != LARDER_TTL_NONE), false);
  keys_.at(ref).expiresNs = expiryOf(access, ttl);
  addEverywhere(ref);
}

void SizingEstimate::store(const Access& access, std::uint64_t valueSize) {
  const Ref known = findLive(access);
  const Ref ref = known != 0 ? known : findOrAdd(access);
  if (ref == 0) return;
  SampledKeys::Key& key = keys_.at(ref);
  const std::int64_t ttl = access.op.ttl_ms;
  setWeight(ref, weightOf(access.op, valueSize, ttl != LARDER_TTL_NONE), !key.awaitsFill);
  key.awaitsFill = false;
  key.expiresNs = expiryOf(access, ttl);
  addEverywhere(ref);
}

SizingEstimate::Ref SizingEstimate::findLive(const Access& access) {
  const Ref ref = keys_.find(access.hash);
  if (ref == 0) return 0;
  const std::uint64_t expires = keys_.at(ref).expiresNs;
  if (expires == Block::kNeverExpires || access.moment.ns() < expires) return ref;
  removeEverywhere(ref);
  return 0;
}

// Returns 0 if the key has left the sample, which was halved to make room.
SizingEstimate::Ref SizingEstimate::findOrAdd(const Access& access) {
  while (keys_.size() == keys_.limit()) halve();
  if (!samples(access.hash)) return 0;
  const Ref ref = keys_.add(access.hash);
  keys_.at(ref).spaceHash = static_cast<std::uint32_t>(access.spaceHash);
  return ref;
}

// `written`: the entry was stored again, which makes it the newest of its queue.
void SizingEstimate::setWeight(Ref ref, std::uint64_t weight, bool written) {
  SampledKeys::Key& key = keys_.at(ref);
  const auto changed = static_cast<std::uint32_t>(std::min<std::uint64_t>(weight, UINT32_MAX));
  if (!written && changed == key.weight) return;
  for (std::size_t i = 0; i < caches_.size(); ++i) {
    if (!key.of[i].present()) continue;
    const Place place = key.of[i].place;
    caches_[i].queues.remove(ref, key.weight);
    caches_[i].queues.add(ref, place, changed);
  }
  key.weight = changed;
}

// Adds the key to the caches that do not have it and that it fits into.
void SizingEstimate::addEverywhere(Ref ref) {
  SampledKeys::Key& key = keys_.at(ref);
  for (Simulated& cache : caches_) {
    SampledKeys::Copy& copy = cache.keys.at(ref);
    if (copy.present() || key.weight > cache.bytes) continue;
    spend(kAddCost);
    makeRoom(cache, key.weight);
    copy.hits.store(0, std::memory_order_relaxed);
    cache.queues.add(ref, cache.queues.placeFor(key.hash, key.weight), key.weight);
    ++cache.count;
    ++key.copies;
  }
  if (key.copies == 0) keys_.remove(ref);
}

void SizingEstimate::makeRoom(Simulated& cache, std::uint64_t weight) {
  while (cache.count >= cache.entries || cache.queues.weight() + weight > cache.bytes) {
    const Ref victim = cache.queues.victim([this](Ref ref) { return keys_.at(ref).weight; });
    if (victim == 0) return;
    cache.queues.remember(keys_.at(victim).hash, cache.keys.at(victim).place, cache.count);
    remove(cache, victim);
  }
}

void SizingEstimate::remove(Simulated& cache, Ref ref) {
  SampledKeys::Key& key = keys_.at(ref);
  SampledKeys::Copy& copy = cache.keys.at(ref);
  cache.queues.remove(ref, key.weight);
  copy.place = Place::nowhere;
  if (--cache.count == 0) cache.queues.forget();
  if (--key.copies == 0) keys_.remove(ref);
}

void SizingEstimate::removeEverywhere(Ref ref) {
  for (Simulated& cache : caches_)
    if (cache.keys.at(ref).present()) remove(cache, ref);
}

void SizingEstimate::halve() {
  ++halvings_;
  sampled_.store(UINT64_MAX >> halvings_, std::memory_order_relaxed);
  keys_.visitAll([this](Ref ref) {
    if (!samples(keys_.at(ref).hash)) removeEverywhere(ref);
  });
  // The evicted keys that are remembered are of the larger sample, and too many.
  for (Simulated& cache : caches_) cache.queues.forget();
  resize();
}

void SizingEstimate::resize() {
  const double part = 1.0 / static_cast<double>(std::uint64_t{1} << halvings_);
  for (std::size_t i = 0; i < caches_.size(); ++i) {
    const double size = part * kPercents[i] / 100;
    caches_[i].bytes = scaled(limits_.bytes, size * fill_);
    caches_[i].entries = scaled(limits_.entries, size);
  }
}

void SizingEstimate::setFill(double fill) {
  const std::lock_guard guard(lock_);
  fill_ = fill;
  resize();
}

void SizingEstimate::noticeClear(std::uint64_t spaceHash) {
  const std::lock_guard guard(lock_);
  keys_.visitAll([&](Ref ref) {
    if (keys_.at(ref).spaceHash == static_cast<std::uint32_t>(spaceHash)) removeEverywhere(ref);
  });
}

// ---- what it may cost ----

void SizingEstimate::turn(std::uint64_t nowNs) {
  const std::lock_guard guard(lock_);
  keys_.visitAll([&](Ref ref) {
    if (keys_.at(ref).expiresNs <= nowNs) removeEverywhere(ref);
  });
  resumeIfEarned();
}

void SizingEstimate::spend(std::int64_t cost) {
  credit_ -= cost;
  catchingUp_ -= cost;
}

void SizingEstimate::pause() {
  endCounting();
  paused_ = true;
  sampled_.store(std::min(UINT64_MAX >> halvings_, kNoticedInPause), std::memory_order_relaxed);
}

void SizingEstimate::resumeIfEarned() {
  const Gets now = getsNow();
  const auto earned = static_cast<std::int64_t>(now.all - earned_.all) +
                      kEarnedByMiss * static_cast<std::int64_t>(now.misses - earned_.misses);
  earned_ = now;
  credit_ = std::max(credit_, std::min(credit_ + earned, kWindow));
  if (!paused_ || credit_ < kWindow) return;
  paused_ = false;
  catchingUp_ = kCatchingUp;
  sampled_.store(UINT64_MAX >> halvings_, std::memory_order_relaxed);
}

SizingEstimate::Gets SizingEstimate::getsNow() const {
  const std::uint64_t misses = gets_.misses();
  return {gets_.hits() + misses, misses};
}

void SizingEstimate::beginCounting() {
  counting_ = true;
  start_ = getsNow();
}

// The window stands for all look-ups since the one before it.
void SizingEstimate::endCounting() {
  if (!counting_) return;
  counting_ = false;
  const Gets now = getsNow();
  if (now.all == start_.all) return;  // too short; its misses are added to the next window's
  const double factor =
      static_cast<double>(now.all - counted_.all) / static_cast<double>(now.all - start_.all);
  for (Simulated& cache : caches_) {
    cache.misses += static_cast<std::uint64_t>(static_cast<double>(cache.windowMisses) * factor);
    cache.windowMisses = 0;
  }
  counted_ = now;
}

void SizingEstimate::report(larder_sizing_report& report) const {
  const std::lock_guard guard(lock_);
  const Gets now = counting_ ? getsNow() : start_;
  report.gets = counted_.all + now.all - start_.all;
  report.misses = counted_.misses + now.misses - start_.misses;
  const auto room = std::min<std::size_t>(report.count, caches_.size());
  for (std::size_t i = 0; i < room; ++i)
    report.points[i] = {kPercents[i], caches_[i].misses + caches_[i].windowMisses};
  report.count = static_cast<std::uint32_t>(room);
}

}  // namespace larder::lru
