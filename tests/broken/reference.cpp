// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

#include <charconv>
#include <iterator>

namespace larder::broken {
namespace {

constexpr std::uint64_t kNsPerMs = 1'000'000;

// They have no effect: the tests of options need options whose values can be refused.
constexpr larder_option kOptions[] = {
    plugin::option("patience", LARDER_OPTION_DURATION, "100ms", "how long to wait for nothing", 1, 10'000),
    plugin::option("password", LARDER_OPTION_STRING, "", "of nobody", 0, 0, LARDER_OPTION_SECRET),
};

bool has(const larder_op& op, std::uint32_t flag) { return (op.flags & flag) != 0; }

// Parses all of `text` as a decimal number within the range of the type.
template <class Number>
bool isWholeNumber(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && read == end;
}

// Appends one byte string of a scan's result.
void append(std::string& page, std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  page.append(reinterpret_cast<const char*>(&size), sizeof size).append(bytes);
}

}  // namespace

plugin::Info Reference::info() {
  return {"The Larder authors", "Apache-2.0", kOptions, static_cast<std::uint32_t>(std::size(kOptions))};
}

// Versions start at a random number, so that no version from before a restart is valid after it.
Reference::Reference(plugin::Host host, const plugin::Settings&)
    : host_(host), lastVersion_(host.random64() >> 1) {}

std::uint64_t Reference::capabilities() const { return LARDER_CAP_INLINE | plugin::allCoreCapabilities; }

larder_status Reference::get(larder_op& op) {
  const std::lock_guard lock(mutex_);
  Entry* entry = find(op);
  if (entry == nullptr) return LARDER_MISS;
  entry->usedNs = host_.monotonicNs();
  op.result = lend(entry->value);
  op.version = entry->version;
  op.result_ttl_ms = leftMs(*entry);
  return LARDER_OK;
}

larder_status Reference::set(larder_op& op) {
  const std::lock_guard lock(mutex_);
  Entry* old = find(op);
  if (!conditionsHold(op, old)) return LARDER_NOT_STORED;
  store(op, old);
  return LARDER_OK;
}

larder_status Reference::erase(larder_op& op) {
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(op);
  if (entry == nullptr) return LARDER_MISS;
  if (!conditionsHold(op, entry)) return LARDER_NOT_STORED;
  entries_.erase(nameOf(op));
  return LARDER_OK;
}

larder_status Reference::touch(larder_op& op) {
  const std::lock_guard lock(mutex_);
  Entry* entry = find(op);
  if (entry == nullptr) return LARDER_MISS;
  entry->expiresNs = expiryOf(op.ttl_ms);
  return LARDER_OK;
}

larder_status Reference::exists(larder_op& op) {
  const std::lock_guard lock(mutex_);
  return find(op) != nullptr ? LARDER_OK : LARDER_MISS;
}

larder_status Reference::ttl(larder_op& op) {
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(op);
  if (entry == nullptr) return LARDER_MISS;
  op.result_ttl_ms = leftMs(*entry);
  return LARDER_OK;
}

larder_status Reference::introspect(larder_op& op) {
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(op);
  if (entry == nullptr) return LARDER_MISS;
  plugin::EntryFacts facts;
  facts.size = static_cast<std::int64_t>(entry->value->size());
  facts.ttlMs = leftMs(*entry);
  facts.idleMs = static_cast<std::int64_t>((host_.monotonicNs() - entry->usedNs) / kNsPerMs);
  facts.version = entry->version;
  facts.tell(op);
  return LARDER_OK;
}

larder_status Reference::clearNamespace(larder_op& op) {
  const std::lock_guard lock(mutex_);
  for (auto at = entries_.begin(); at != entries_.end();)
    at = isIn(at->first, plugin::view(op.name_space)) ? entries_.erase(at) : std::next(at);
  return LARDER_OK;
}

larder_status Reference::increment(larder_op& op) {
  const std::lock_guard lock(mutex_);
  const Entry* old = find(op);
  std::int64_t number = 0;
  if (old != nullptr && !isWholeNumber(*old->value, number)) return LARDER_NOT_STORED;
  if (__builtin_add_overflow(number, op.number, &number)) return LARDER_NOT_STORED;
  put(op, old, plugin::bytes(std::to_string(number)), old != nullptr ? old->expiresNs : expiryOf(op.ttl_ms));
  op.result_number = number;
  return LARDER_OK;
}

larder_status Reference::compareSet(larder_op& op) {
  const std::lock_guard lock(mutex_);
  const Entry* old = find(op);
  if (old == nullptr) return LARDER_MISS;
  if (*old->value != plugin::view(op.expected)) return LARDER_NOT_STORED;
  put(op, old, op.value, expiryOf(op.ttl_ms));
  return LARDER_OK;
}

larder_status Reference::lock(larder_op& op) {
  const std::lock_guard guard(mutex_);
  const Lock* held = findLock(op);
  if (held != nullptr && held->token != plugin::view(op.value)) return LARDER_NOT_STORED;
  locks_[nameOf(op)] = {std::string(plugin::view(op.value)), expiryOf(op.ttl_ms)};
  return LARDER_OK;
}

larder_status Reference::unlock(larder_op& op) {
  const std::lock_guard guard(mutex_);
  const Lock* held = findLock(op);
  if (held == nullptr) return LARDER_MISS;
  if (held->token != plugin::view(op.value)) return LARDER_NOT_STORED;
  locks_.erase(nameOf(op));
  return LARDER_OK;
}

// The cursor is the place of the last key reported. Places only grow, so a scan skips no key that stays,
// whatever is added and removed in between.
larder_status Reference::scan(larder_op& op) {
  std::uint64_t told = 0;
  if (op.value.size > 0 && !isWholeNumber(plugin::view(op.value), told)) return LARDER_INVALID;
  const std::lock_guard lock(mutex_);
  std::map<std::uint64_t, std::string_view> keys;
  for (const auto& [name, entry] : entries_)
    if (entry.place > told && name.first == plugin::view(op.name_space) && !isExpired(entry) &&
        name.second.compare(0, op.key.size, plugin::view(op.key)) == 0)
      keys.emplace(entry.place, name.second);

  std::string page;
  auto left = op.number;
  for (const auto& [place, key] : keys) {
    if (left-- == 0) break;
    append(page, key);
    told = place;
  }
  std::string answer;
  append(answer, left < 0 ? std::to_string(told) : "");
  op.result = lend(std::make_shared<std::string>(answer + page));
  return LARDER_OK;
}

const void* Reference::extension(std::string_view id) noexcept {
  const bool known = id == LARDER_ATOMIC || id == LARDER_LOCK || id == LARDER_SCAN || id == LARDER_INTROSPECT;
  return known ? &plugin::implemented : nullptr;
}

void Reference::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  for (std::uint32_t i = 0; i < count; ++i) results[i] = answer(*ops[i]);
}

larder_status Reference::answer(larder_op& op) noexcept {
  larder_status status = LARDER_DEADLINE;
  if (isLate(op)) {
    plugin::releaseDonation(op);
  } else {
    status = perform(op);
  }
  count(op, status);
  return status;
}

bool Reference::isLate(const larder_op& op) const {
  return op.deadline_ns != 0 && host_.monotonicNs() >= op.deadline_ns;
}

Reference::Name Reference::nameOf(const larder_op& op) const {
  return {std::string(plugin::view(op.name_space)), std::string(plugin::view(op.key))};
}

std::uint64_t Reference::expiryOf(std::int64_t ttl_ms) const {
  if (ttl_ms == LARDER_TTL_NONE) return kNever;
  return host_.monotonicNs() + static_cast<std::uint64_t>(ttl_ms) * kNsPerMs;
}

bool Reference::isExpired(const Entry& entry) const { return host_.monotonicNs() >= entry.expiresNs; }

// Rounds up: a live entry never has 0 ms left.
std::int64_t Reference::leftMs(const Entry& entry) const {
  if (entry.expiresNs == kNever) return LARDER_TTL_NONE;
  const auto now = host_.monotonicNs();
  const auto left = entry.expiresNs > now ? entry.expiresNs - now : 0;
  return static_cast<std::int64_t>(left / kNsPerMs) + 1;
}

std::uint64_t Reference::nextVersion(const Entry*) { return ++lastVersion_; }

Reference::Entry* Reference::find(const larder_op& op) {
  const auto found = entries_.find(nameOf(op));
  if (found == entries_.end()) return nullptr;
  if (!isExpired(found->second)) return &found->second;
  entries_.erase(found);
  ++counters_.expirations;
  return nullptr;
}

bool Reference::conditionsHold(const larder_op& op, const Entry* entry) const {
  if (has(op, LARDER_IF_ABSENT)) return entry == nullptr;
  if (has(op, LARDER_IF_PRESENT) && entry == nullptr) return false;
  if (has(op, LARDER_IF_VERSION)) return entry != nullptr && entry->version == op.expected_version;
  return true;
}

void Reference::store(larder_op& op, Entry* old) {
  const bool keeps_ttl = has(op, LARDER_KEEP_TTL) && old != nullptr;
  put(op, old, op.value, keeps_ttl ? old->expiresNs : expiryOf(op.ttl_ms));
}

void Reference::put(larder_op& op, const Entry* old, larder_bytes value, std::uint64_t expiresNs) {
  Entry fresh{copyOf(value), nextVersion(old), expiresNs, old != nullptr ? old->place : ++last_place_,
              host_.monotonicNs()};
  op.version = fresh.version;
  entries_.insert_or_assign(nameOf(op), std::move(fresh));
}

Reference::Lock* Reference::findLock(const larder_op& op) {
  const auto found = locks_.find(nameOf(op));
  if (found == locks_.end()) return nullptr;
  if (host_.monotonicNs() < found->second.expiresNs) return &found->second;
  locks_.erase(found);
  return nullptr;
}

bool Reference::isIn(const Name& name, std::string_view name_space) const { return name.first == name_space; }

Reference::Bytes Reference::copyOf(larder_bytes value) const {
  return std::make_shared<std::string>(plugin::view(value));
}

larder_value Reference::lend(const Bytes& value) const {
  return {value->data(), value->size(), new Bytes(value),
          [](void* owner) { delete static_cast<Bytes*>(owner); }};
}

void Reference::count(const larder_op& op, larder_status status) noexcept {
  if (status < 0) ++counters_.errors;
  if (op.opcode == LARDER_OP_GET && status == LARDER_OK) ++counters_.hits;
  if (op.opcode == LARDER_OP_GET && status == LARDER_MISS) ++counters_.misses;
  if (op.opcode == LARDER_OP_SET && status == LARDER_OK) ++counters_.writes;
  if (op.opcode == LARDER_OP_DELETE && status == LARDER_OK) ++counters_.deletes;
}

void Reference::stats(larder_stats& stats) const noexcept {
  stats.pending = 0;
  stats.hits = counters_.hits;
  stats.misses = counters_.misses;
  stats.writes = counters_.writes;
  stats.deletes = counters_.deletes;
  stats.expirations = counters_.expirations;
  stats.errors = counters_.errors;
}

}  // namespace larder::broken
