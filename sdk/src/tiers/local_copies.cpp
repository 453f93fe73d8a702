// SPDX-License-Identifier: Apache-2.0
#include "tiers/local_copies.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <utility>

namespace larder {
namespace {

constexpr auto kNone = Deadline::none();  // L1 never waits

// Precedes the payload in L1.
struct Header {
  std::uint64_t era = 0;
  std::uint64_t version = 0;
};

}  // namespace

// Passes the caller's own operation to L1, so that the value needs no owner besides L1's. L1 is part of the
// backend that the caller keeps open while it holds values.
larder_status LocalCopies::answer(larder_op& get) {
  larder_op* const ops[] = {&get};
  const auto complete = std::exchange(get.complete, nullptr);
  larder_status status = LARDER_MISS;
  table_.submit(table_.self, ops, 1, &status);
  get.complete = complete;
  get.error.size = 0;
  if (status != LARDER_OK) return LARDER_MISS;
  Header header;
  if (get.result.size >= sizeof header) std::memcpy(&header, get.result.data, sizeof header);
  if (header.era != era_.load()) {
    const auto stale = std::exchange(get.result, larder_value{});
    if (stale.release != nullptr) stale.release(stale.owner);
    get.version = 0;
    return LARDER_MISS;
  }
  get.result.data += sizeof header;
  get.result.size -= sizeof header;
  get.version = header.version;
  return LARDER_OK;
}

LocalCopies::Ticket LocalCopies::beginRead(std::string_view name_space, std::string_view key) {
  Shard& shard = shardOf(name_space, key);
  const std::lock_guard lock(shard.mutex);
  return {era_.load(), shard.epoch, shard.writes == 0 && clears_.load() == 0, l1_.clock().monotonic()};
}

void LocalCopies::endRead(const Ticket& ticket, std::string_view name_space, std::string_view key,
                          const Found& found) {
  Shard& shard = shardOf(name_space, key);
  const std::lock_guard lock(shard.mutex);
  if (current(ticket, shard)) store(ticket, name_space, key, found);
}

LocalCopies::Ticket LocalCopies::beginWrite(std::string_view name_space, std::string_view key) {
  Shard& shard = shardOf(name_space, key);
  const std::lock_guard lock(shard.mutex);
  const bool alone = shard.writes == 0 && clears_.load() == 0;
  ++shard.writes;
  ++shard.epoch;
  remove(name_space, key);
  return {era_.load(), shard.epoch, alone, l1_.clock().monotonic()};
}

// If two writes overlap, this host cannot know which one L2 applied last, so neither leaves a copy. `alone`
// and the epoch together detect such an overlap.
void LocalCopies::endWrite(const Ticket& ticket, std::string_view name_space, std::string_view key,
                           const std::optional<Found>& stored) {
  Shard& shard = shardOf(name_space, key);
  const std::lock_guard lock(shard.mutex);
  --shard.writes;
  if (stored && current(ticket, shard)) store(ticket, name_space, key, *stored);
}

void LocalCopies::beginClear() {
  clears_.fetch_add(1);
  dropAll();
}

void LocalCopies::endClear() {
  dropAll();
  clears_.fetch_sub(1);
}

void LocalCopies::drop(std::string_view name_space, std::string_view key) {
  Shard& shard = shardOf(name_space, key);
  const std::lock_guard lock(shard.mutex);
  ++shard.epoch;
  remove(name_space, key);
}

LocalCopies::Shard& LocalCopies::shardOf(std::string_view name_space, std::string_view key) {
  const std::hash<std::string_view> hash;
  return shards_[(hash(key) ^ hash(name_space) * 31) % shards_.size()];
}

// If a copy cannot be removed, all copies are outdated, so that it is never served.
void LocalCopies::remove(std::string_view name_space, std::string_view key) {
  const auto removed = l1_.perform({.code = OpCode::erase, .nameSpace = name_space, .key = key}, kNone);
  if (failed(removed.status) && removed.status != Status::tooLarge) dropAll();
}

bool LocalCopies::current(const Ticket& ticket, const Shard& shard) const {
  return ticket.alone && shard.writes == 0 && shard.epoch == ticket.epoch && clears_.load() == 0 &&
         era_.load() == ticket.era;
}

// If a clear or a loss comes between reading the era and this SET, the copy has the previous era and is never
// served.
void LocalCopies::store(const Ticket& ticket, std::string_view name_space, std::string_view key,
                        const Found& found) {
  const auto passed = std::chrono::ceil<std::chrono::milliseconds>(l1_.clock().monotonic() - ticket.began);
  const auto ttl = (found.ttl == noExpiry ? ttl_ : std::min(found.ttl, ttl_)) - passed;
  if (ttl <= std::chrono::milliseconds(0)) return;

  const Header header{ticket.era, found.version};
  std::string bytes(sizeof header + found.payload.size(), '\0');
  std::memcpy(bytes.data(), &header, sizeof header);
  found.payload.copy(bytes.data() + sizeof header, found.payload.size());
  // If L1 does not store the copy, because it is too large or there is no room, the next read asks L2.
  l1_.perform({.code = OpCode::set, .nameSpace = name_space, .key = key, .value = bytes, .ttl = ttl}, kNone);
}

}  // namespace larder
