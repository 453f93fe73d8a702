// SPDX-License-Identifier: Apache-2.0
//
// How EntryWriter stores a computed value: stamps before the computation, then the entry, then the undo of a
// store that raced with an invalidation.
#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "cache/entry_writer.hpp"
#include "entry/compression.hpp"
#include "entry/entry.hpp"

namespace larder {
namespace {

double chance() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// Returns the key that the value is stored under.
const Key& keyOf(const Caller& caller) { return caller.redirect ? caller.redirect->key : caller.request.key; }

// Returns how long an entry is kept beyond its freshness.
std::chrono::milliseconds windowAfter(const CacheRequest& request) {
  return request.keepExpired.value_or(
      std::max(request.renewal.staleWhileRevalidate, request.renewal.staleIfError));
}

std::chrono::milliseconds keptFor(const CacheRequest& request) {
  return request.expire + windowAfter(request);
}

bool has(const std::vector<TagStamp>& tags, std::string_view name) {
  return std::any_of(tags.begin(), tags.end(), [name](const auto& each) { return each.tag == name; });
}

void addNew(const std::vector<TagStamp>& stamps, std::vector<TagStamp>& to) {
  for (const auto& each : stamps)
    if (!has(to, each.tag)) to.push_back(each);
}

// Returns the elements of `names` that `known` lacks, each once.
std::vector<TagStamp> newOnes(const std::vector<std::string>& names, const std::vector<TagStamp>& known) {
  std::vector<TagStamp> added;
  for (const auto& name : names)
    if (!has(known, name) && !has(added, name)) added.push_back({name, 0});
  return added;
}

}  // namespace

void EntryWriter::prepare(const CallerPtr& caller, std::function<void()> then) {
  if (!mustPrepare(*caller)) return then();
  auto prepared = [this, caller, then = std::move(then)](bool created, ChangeMarks::Marks marks) {
    if (!created || (caller->request.addsTags && marks.empty())) events_.add(Event::readFailure);
    caller->storable = created;
    caller->marks = std::move(marks);
    then();
  };
  if (caller->request.addsTags)
    return marks_.readWith(caller->stamps, keptFor(caller->request), std::move(prepared));
  tags_.create(caller->stamps, keptFor(caller->request),
               [prepared = std::move(prepared)](bool created) { prepared(created, {}); });
}

std::optional<EntryWriter::Storing> EntryWriter::reasonNotToStore(const Caller& caller,
                                                                  const std::string& payload) {
  if (payload.size() > options_.maxPayload) {
    events_.add(Event::tooLarge);
    return Storing::tooLarge;
  }
  if (!caller.storable || (storesOnCondition() && caller.version == 0)) return Storing::backendFailed;
  if (!flights_.beginStore(*caller.flight)) return Storing::notCacheable;
  return std::nullopt;
}

// The order of the steps matters; see ChangeMarks.
void EntryWriter::addTags(const CallerPtr& caller, const std::vector<std::string>& tags,
                          std::function<void(bool)> then) {
  const auto finish = [this, caller, then = std::move(then)](bool storable) {
    if (!storable) flights_.endStore(*caller->flight);
    then(storable);
  };
  if (caller->marks.empty() || tags.size() > kMaxAddedTags || invalidating_.covers({}, {}, tags))
    return finish(false);
  const auto added = std::make_shared<std::vector<TagStamp>>(newOnes(tags, caller->stamps));
  if (added->empty()) return finish(true);
  const auto compared = [caller, added, finish](bool unchanged) {
    if (unchanged) caller->stamps.insert(caller->stamps.end(), added->begin(), added->end());
    finish(unchanged);
  };
  tags_.readOrCreate(*added, keptFor(caller->request),
                     [this, caller, added, finish, compared](bool complete) {
                       if (!complete) {
                         events_.add(Event::readFailure);
                         return finish(false);
                       }
                       marks_.compare(caller->marks, *added, compared);
                     });
}

bool EntryWriter::mustPrepare(const Caller& caller) {
  return caller.storable &&
         (caller.request.addsTags || std::any_of(caller.stamps.begin(), caller.stamps.end(),
                                                 [](const TagStamp& each) { return each.stamp == 0; }));
}

void EntryWriter::store(Value value, Written written) {
  if (value.caller->redirect || !value.caller->stamps.empty())
    return store(std::vector<Value>{std::move(value)}, std::move(written));
  const auto set = setOf(value);
  backend_.start(std::span(&set, 1),
                 [this, value = std::move(value), written = std::move(written)](std::span<Outcome> outcomes) {
                   stored(value, {outcomes[0].status, outcomes[0].version}, written);
                 });
}

void EntryWriter::store(std::vector<Value> values, Written written) {
  std::vector<Operation> sets;
  std::vector<TagStamp> stamps;
  std::chrono::milliseconds kept{0};
  sets.reserve(values.size());
  for (const auto& value : values) {
    sets.push_back(setOf(value));
    if (value.caller->redirect) sets.push_back(pointerOf(*value.caller));
    addNew(value.caller->stamps, stamps);
    kept = std::max(kept, keptFor(value.caller->request));
  }
  write(std::move(sets), std::move(stamps), kept,
        [this, values = std::move(values), written = std::move(written)](std::span<const Wrote> wrote) {
          auto next = wrote.begin();
          for (const auto& value : values) {
            const auto entry = *next++;
            const auto named = value.caller->redirect ? *next++ : entry;
            stored(value, entry.status == Status::ok ? named : entry, written);
          }
        });
}

void EntryWriter::set(CacheRequest request, const FullName& name_space, std::string payload, Done done) {
  struct Setting {
    CacheRequest request;
    FullName nameSpace;
    std::string payload;
    Done done;
    std::vector<TagStamp> stamps;
  };
  if (payload.size() > options_.maxPayload) {
    events_.add(Event::tooLarge);
    return done(Status::tooLarge);
  }
  const auto setting = std::make_shared<Setting>(
      Setting{std::move(request), name_space, std::move(payload), std::move(done), {}});
  setting->stamps = newOnes(setting->request.tags, {});
  const auto begin = [this, setting] {
    auto change = [this, setting](Done written) {
      const auto& [wanted, space, bytes, answer, stamps] = *setting;
      write({setOf({wanted, space.view(), wanted.key, stamps, bytes})}, stamps, keptFor(wanted),
            [this, setting, written = std::move(written)](std::span<const Wrote> wrote) {
              count(wrote[0].status);
              written(wrote[0].status);
            });
    };
    writeUncrossed(std::move(change),
                   coversEntry(std::string(setting->nameSpace.view()), setting->request.key), setting->done);
  };
  if (setting->stamps.empty()) return begin();
  tags_.readOrCreate(setting->stamps, keptFor(setting->request), [this, setting, begin](bool complete) {
    if (complete) return begin();
    events_.add(Event::readFailure);
    setting->done(Status::unavailable);
  });
}

void EntryWriter::write(std::vector<Operation> sets, std::vector<TagStamp> stamps,
                        std::chrono::milliseconds kept, std::function<void(std::span<const Wrote>)> then) {
  struct Write {
    std::vector<TagStamp> stamps;
    std::function<void(std::span<const Wrote>)> then;
    std::vector<Wrote> wrote;
  };
  if (!tags_.expires()) stamps.clear();
  const std::size_t count = sets.size();
  std::vector<TagKey> keys(stamps.size());
  sets.resize(count + stamps.size());
  tags_.putChecks(std::span(sets).subspan(count), keys, stamps);
  const auto write = std::make_shared<Write>(Write{std::move(stamps), std::move(then), {}});
  backend_.start(sets, [this, write, count, kept](std::span<Outcome> outcomes) {
    write->wrote.reserve(count);
    for (const auto& outcome : outcomes.first(count))
      write->wrote.push_back({outcome.status, outcome.version});
    tags_.extend(write->stamps, outcomes.subspan(count), kept, [write] { write->then(write->wrote); });
  });
}

Operation EntryWriter::setOf(const Content& content) {
  const auto fresh = lifetimeOf(content.request);
  const auto kept = fresh + windowAfter(content.request);
  return {.code = OpCode::set,
          .nameSpace = content.nameSpace,
          .key = content.key.stored(),
          .ttl = std::min<std::chrono::milliseconds>(kept, std::chrono::milliseconds(LARDER_TTL_MAX_MS)),
          .donation = std::make_shared<const std::string>(entryOf(content, fresh, kept))};
}

Operation EntryWriter::setOf(const Value& value) {
  const auto& caller = *value.caller;
  auto set = setOf({caller.request, caller.nameSpace.view(), keyOf(caller), caller.stamps, *value.payload});
  // A redirected value is reachable only through the entry under the request's key, so the condition is on
  // that entry.
  if (!caller.redirect) setCondition(set, caller);
  return set;
}

Operation EntryWriter::pointerOf(const Caller& caller) const {
  const auto& [key, pointer, expire] = *caller.redirect;
  const auto now = backend_.clock().realtime();
  Operation set{.code = OpCode::set,
                .nameSpace = caller.nameSpace.view(),
                .key = caller.request.key.stored(),
                .ttl = expire,
                .donation = std::make_shared<const std::string>(encodeEntry({.created = now,
                                                                             .freshUntil = now + expire,
                                                                             .staleUntil = now + expire,
                                                                             .tags = caller.stamps,
                                                                             .payload = pointer},
                                                                            caller.request.key))};
  setCondition(set, caller);
  return set;
}

// Returns an encoded entry, compressed if the request or the options ask for it and it saves space.
std::string EntryWriter::entryOf(const Content& content, std::chrono::milliseconds fresh,
                                 std::chrono::milliseconds kept) {
  const auto& payload = content.payload;
  const auto now = backend_.clock().realtime();
  Entry entry{.created = now,
              .freshUntil = now + fresh,
              .staleUntil = now + kept,
              .tags = content.stamps,
              .payload = payload};
  const auto from = content.request.compressFrom.value_or(options_.compressFrom);
  const auto packed = from > 0 && payload.size() >= from ? compress(payload) : std::nullopt;
  if (packed) {
    entry.payload = *packed;
    entry.plainSize = payload.size();
    events_.add(Event::compressed);
    events_.add(Event::byteSaved, payload.size() - packed->size());
  }
  return encodeEntry(entry, content.key);
}

// Returns at least 1 ms, however much the jitter subtracts.
std::chrono::milliseconds EntryWriter::lifetimeOf(const CacheRequest& request) const {
  if (request.renewal.jitter <= 0 || request.expire.count() == 0) return request.expire;
  const double part = request.renewal.jitter * (options_.random ? options_.random() : chance());
  const auto shorter = std::chrono::duration<double, std::milli>(request.expire) * (1 - part);
  return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(shorter),
                  std::chrono::milliseconds(1));
}

void EntryWriter::count(Status status) {
  if (status == Status::ok)
    events_.add(Event::store);
  else
    events_.add(status == Status::tooLarge ? Event::tooLarge : Event::writeFailure);
}

void EntryWriter::stored(const Value& value, Wrote wrote, const Written& written) {
  const bool current = flights_.endStore(*value.caller->flight);
  // Another caller or host erased, cleared or stored the key since the look-up, or the store evicted it.
  if (wrote.status == Status::notStored) return written(value, Storing::notCacheable);
  count(wrote.status);
  if (wrote.status != Status::ok)
    return written(value, wrote.status == Status::tooLarge ? Storing::tooLarge : Storing::backendFailed);
  if (current) return written(value, Storing::stored);
  takeBack(value, wrote.version, written);
}

// A change came between the last check and the write, which may have undone the change. Erases the value and
// the entry that points to it, but nothing that was stored there since.
void EntryWriter::takeBack(const Value& value, std::uint64_t version, const Written& written) {
  const Caller& caller = *value.caller;
  std::array<Operation, 2> erases;
  erases.fill(
      {.code = OpCode::erase, .nameSpace = caller.nameSpace.view(), .key = caller.request.key.stored()});
  if (version != 0 && backend_.has(LARDER_CAP_VERSIONS | LARDER_CAP_CONDITIONS)) {
    erases[0].flags = OperationFlags::ifVersion;
    erases[0].expectedVersion = version;
  }
  if (caller.redirect) erases[1].key = caller.redirect->key.stored();
  const std::size_t count = caller.redirect ? 2 : 1;
  backend_.start(std::span(erases).first(count), [this, value, written](std::span<Outcome> outcomes) {
    const Caller& of = *value.caller;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (!failed(outcomes[i].status)) continue;
      events_.add(Event::invalidationFailure);
      const Key& key = i == 0 ? of.request.key : of.redirect->key;
      invalidating_.add({StaleScope::Kind::entry, std::string(of.nameSpace.view()), key.stored()});
    }
    written(value, Storing::notCacheable);
  });
}

}  // namespace larder
