// SPDX-License-Identifier: Apache-2.0
#include "tags/tag_stamps.hpp"

#include <larder/byte_stream.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <random>

namespace larder {
namespace {

// There may be as many tags as users, so their stamps must expire: a day after the last invalidation or
// store, or after twice the lifetime of the entries that rely on them, whichever is longer.
constexpr std::chrono::milliseconds kLeastTtl = std::chrono::hours(24);

Stamp newStamp() {
  std::random_device source;  // getrandom or rdrand: differs on each host
  const Stamp stamp = (Stamp{source()} << 32) | source();
  return stamp == 0 ? 1 : stamp;
}

std::string encode(Stamp stamp) {
  std::string bytes;
  ByteWriter(bytes).integer(stamp);
  return bytes;
}

}  // namespace

TagStamps::TagStamps(GuardedBackend& backend, std::string_view prefix)
    : backend_(backend), nameSpace_(std::string(prefix) + ":tags") {}

// Writes the same bytes as KeyBuilder writes for a field.
void TagKey::assign(std::string_view tag) {
  long_.clear();
  constexpr std::size_t digits = 20;
  if (tag.size() + digits + 1 <= short_.size()) {
    char* at = std::to_chars(short_.data(), short_.data() + digits, tag.size()).ptr;
    *at++ = ':';
    at = std::copy(tag.begin(), tag.end(), at);
    size_ = static_cast<std::size_t>(at - short_.data());
    if (Key::fits({short_.data(), size_})) return;
  }
  long_ = KeyBuilder().field(tag).build().stored();
}

std::chrono::milliseconds TagStamps::lifetime(std::chrono::milliseconds ttl) const {
  if (!expires()) return noExpiry;
  constexpr std::chrono::milliseconds most{LARDER_TTL_MAX_MS};
  return ttl > most / 2 ? most : std::max(kLeastTtl, 2 * ttl);
}

void TagStamps::putReads(std::span<Operation> operations, std::span<TagKey> keys,
                         std::span<const std::string> tags) const {
  for (std::size_t i = 0; i < tags.size(); ++i) {
    keys[i].assign(tags[i]);
    operations[i] = {.code = OpCode::get, .nameSpace = nameSpace_, .key = keys[i].stored()};
  }
}

std::optional<Stamp> TagStamps::decode(const Outcome& outcome) {
  if (failed(outcome.status)) return std::nullopt;
  if (outcome.status != Status::ok) return Stamp{0};
  ByteReader reader(outcome.value.view());
  const auto stamp = reader.integer<Stamp>();
  return reader.finished() ? stamp : Stamp{0};
}

// A write drops the copies that a backend keeps in memory, so a GET after it reaches the shared store. TOUCH
// is such a write, and changes no value.
void TagStamps::read(std::vector<TagStamp>& stamps, From from, std::function<void(bool)> done) {
  const bool touch = from == From::source && backend_.keepsCopies();
  std::vector<TagKey> keys;
  keys.reserve(stamps.size());  // operations point into it
  std::vector<Operation> operations;
  for (const auto& each : stamps) {
    const auto& key = keys.emplace_back(each.tag);
    if (touch)
      operations.push_back(
          {.code = OpCode::touch, .nameSpace = nameSpace_, .key = key.stored(), .ttl = kLeastTtl});
    operations.push_back({.code = OpCode::get, .nameSpace = nameSpace_, .key = key.stored()});
  }
  const std::size_t step = touch ? 2 : 1;
  backend_.start(operations, [&stamps, step, done = std::move(done)](std::span<Outcome> outcomes) {
    bool complete = true;
    for (std::size_t i = 0; i < stamps.size(); ++i) {
      const auto stamp = decode(outcomes[i * step + step - 1]);
      complete = complete && stamp;
      stamps[i].stamp = stamp.value_or(0);
    }
    done(complete);
  });
}

void TagStamps::readOrCreate(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl,
                             std::function<void(bool)> done) {
  read(stamps, From::anywhere, [this, &stamps, ttl, done = std::move(done)](bool complete) {
    if (!complete) return done(false);
    create(stamps, ttl, done);
  });
}

void TagStamps::create(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl,
                       std::function<void(bool)> done, std::vector<TagStamp>* others) {
  struct Creation {
    std::vector<TagStamp*> missing;
    std::vector<TagKey> keys;
    std::vector<std::string> values;
    std::vector<Operation> operations;  // per stamp: create if absent, then read the winner
  };
  const auto creation = std::make_shared<Creation>();
  for (auto& each : stamps)
    if (each.stamp == 0) creation->missing.push_back(&each);
  const std::size_t beside = others != nullptr ? others->size() : 0;
  if (creation->missing.empty() && beside == 0) return done(true);

  // Without conditions the last writer wins instead of the first. A host that reads between two writes gets a
  // stamp that the second write replaces, so its entry is stale at once. That costs one extra computation and
  // is otherwise harmless.
  const auto create_flags =
      backend_.has(LARDER_CAP_CONDITIONS) ? OperationFlags::ifAbsent : OperationFlags::none;
  const std::size_t count = creation->missing.size();
  creation->keys.reserve(count + beside);  // operations point into these
  creation->values.reserve(count);
  for (const auto* each : creation->missing) {
    const auto& key = creation->keys.emplace_back(each->tag);
    const auto& value = creation->values.emplace_back(encode(newStamp()));
    creation->operations.push_back({.code = OpCode::set,
                                    .flags = create_flags,
                                    .nameSpace = nameSpace_,
                                    .key = key.stored(),
                                    .value = value,
                                    .ttl = lifetime(ttl)});
    creation->operations.push_back({.code = OpCode::get, .nameSpace = nameSpace_, .key = key.stored()});
  }
  for (std::size_t i = 0; i < beside; ++i) {
    const auto& key = creation->keys.emplace_back((*others)[i].tag);
    creation->operations.push_back({.code = OpCode::get, .nameSpace = nameSpace_, .key = key.stored()});
  }
  backend_.start(creation->operations,
                 [creation, others, beside, done = std::move(done)](std::span<Outcome> outcomes) {
                   bool complete = true;
                   for (std::size_t i = 0; i < creation->missing.size(); ++i) {
                     const auto stamp = decode(outcomes[2 * i + 1]);
                     creation->missing[i]->stamp = stamp.value_or(0);
                     complete = complete && creation->missing[i]->stamp != 0;
                   }
                   for (std::size_t i = 0; i < beside; ++i) {
                     const auto stamp = decode(outcomes[outcomes.size() - beside + i]);
                     complete = complete && stamp;
                     (*others)[i].stamp = stamp.value_or(0);
                   }
                   done(complete);
                 });
}

void TagStamps::putChecks(std::span<Operation> operations, std::span<TagKey> keys,
                          std::span<const TagStamp> stamps) const {
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    keys[i] = TagKey(stamps[i].tag);
    operations[i] = {.code = OpCode::ttl, .nameSpace = nameSpace_, .key = keys[i].stored()};
  }
}

// A stamp that is gone is not restored: entries that remember it are outdated, and the next computation
// creates a new one.
void TagStamps::extend(std::span<const TagStamp> stamps, std::span<const Outcome> outcomes,
                       std::chrono::milliseconds ttl, std::function<void()> done) {
  std::vector<TagKey> keys;
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    const auto& left = outcomes[i];
    if (left.status == Status::ok && left.ttl != noExpiry && left.ttl < ttl) keys.emplace_back(stamps[i].tag);
  }
  if (keys.empty()) return done();
  std::vector<Operation> operations;
  for (const auto& key : keys)
    operations.push_back(
        {.code = OpCode::touch, .nameSpace = nameSpace_, .key = key.stored(), .ttl = lifetime(ttl)});
  backend_.start(operations, [done = std::move(done)](std::span<Outcome>) { done(); });
}

StampRenewal::StampRenewal(std::string_view tag) : key(tag), value(encode(newStamp())) {}

Operation TagStamps::renewalOf(const StampRenewal& renewal) const {
  return {.code = OpCode::set,
          .nameSpace = nameSpace_,
          .key = renewal.key.stored(),
          .value = renewal.value,
          .ttl = lifetime(kLeastTtl / 2)};
}

}  // namespace larder
