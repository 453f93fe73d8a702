// SPDX-License-Identifier: Apache-2.0
//
// The steps of flights.cpp and compute.cpp for several keys at once. Each key has a caller and a flight of
// its own, so two batches over the same keys cannot deadlock. Only steps that cost a round trip or a call of
// the computation are combined.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "cache/flights.hpp"

namespace larder {

std::vector<Computed> Batch::computed(std::span<const std::size_t> missing) const {
  auto values = compute(missing);
  if (values.size() != missing.size())
    throw std::length_error("getOrComputeMany: its compute was asked for " + std::to_string(missing.size()) +
                            " values and returned " + std::to_string(values.size()));
  return values;
}

void Batch::answer(std::size_t index, CacheResult result) {
  results[index] = std::move(result);
  if (unanswered.fetch_sub(1, std::memory_order_acq_rel) == 1) done(std::move(results));
}

void Flights::getOrComputeMany(BatchRequest request, const FullName& name_space, Executor& executor,
                               Cache::BatchDone done) {
  if (request.keys.empty()) return done({});
  Parts parts{std::make_shared<Batch>(request.keys.size()), {}};
  parts.batch->compute = std::move(request.compute);
  parts.batch->done = std::move(done);
  for (std::size_t i = 0; i < request.keys.size(); ++i) {
    CacheRequest one{
        .nameSpace = {},
        .key = std::move(request.keys[i]),
        .expire = request.expire,
        .tags = request.tags,
        .renewal = request.renewal,
        .compressFrom = request.compressFrom,
        .compute = [batch = parts.batch, i] { return std::move(batch->computed(std::span(&i, 1)).front()); }};
    auto answered = [batch = parts.batch, i](CacheResult result) { batch->answer(i, std::move(result)); };
    parts.list.push_back({newCaller(std::move(one), name_space, executor, std::move(answered)), i});
  }
  if (!backend_.isInline()) return enterAll(parts);

  lookAll(parts, [this, parts](std::vector<Found> founds) {
    Parts rest{parts.batch, {}};
    for (std::size_t i = 0; i < founds.size(); ++i) {
      if (auto value = servable(*parts.list[i].caller, founds[i]))
        answerHit(*parts.list[i].caller, *std::move(value));
      else
        rest.list.push_back(parts.list[i]);
    }
    enterAll(rest);
  });
}

void Flights::lookAll(const Parts& parts, Lookup::ThenAll then) {
  const auto keys = std::make_shared<std::vector<const Key*>>();
  for (const auto& part : parts.list) keys->push_back(&part.caller->request.key);
  const Caller& any = *parts.list.front().caller;
  lookup_.findAll(any.nameSpace.view(), *keys, any.request.tags,
                  [keys, parts, then = std::move(then)](auto founds) { then(std::move(founds)); });
}

// For an empty list this returns without touching a member: all callers were answered, so the Cache may be
// gone.
void Flights::enterAll(const Parts& parts) {
  Parts leading{parts.batch, {}};
  for (const auto& part : parts.list) {
    const auto& caller = part.caller;
    auto joined = flights_.join(caller);
    if (joined.flight != nullptr && !joined.leading) {
      events_.add(Event::flightWait);
      continue;
    }
    caller->flight = joined.flight != nullptr ? std::move(joined.flight) : flights_.alone(caller);
    leading.list.push_back(part);
  }
  if (!leading.list.empty()) leadAll(leading);
}

void Flights::leadAll(const Parts& parts) {
  for (const auto& part : parts.list) {
    mark(*part.caller);
    part.caller->looked = part.caller->began;
  }
  lookAll(parts, [this, parts](std::vector<Found> founds) {
    Parts missing{parts.batch, {}};
    for (std::size_t i = 0; i < founds.size(); ++i)
      if (mustCompute(parts.list[i].caller, std::move(founds[i]))) missing.list.push_back(parts.list[i]);
    if (!missing.list.empty()) prepareAll(missing);
  });
}

void Flights::prepareAll(const Parts& parts) {
  std::vector<CallerPtr> callers;
  for (const auto& part : parts.list) callers.push_back(part.caller);
  writer_.reserve(std::move(callers), [this, parts] { prepareTagsOfAll(parts); });
}

// All keys of a batch have the same tags, hence the same stamps.
void Flights::prepareTagsOfAll(const Parts& parts) {
  const auto first = std::find_if(parts.list.begin(), parts.list.end(),
                                  [](const Part& part) { return part.caller->storable; });
  if (first == parts.list.end()) return computeAll(parts);
  const auto caller = first->caller;
  writer_.prepare(caller, [this, parts, caller] {
    for (const auto& part : parts.list) {
      if (!part.caller->storable || part.caller == caller) continue;
      part.caller->storable = caller->storable;
      part.caller->stamps = caller->stamps;
    }
    computeAll(parts);
  });
}

void Flights::computeAll(const Parts& parts) {
  const bool accepted = parts.list.front().caller->executor.post([this, parts] {
    for (const auto& part : parts.list) mark(*part.caller);
    events_.add(Event::computation, parts.list.size());
    std::vector<std::size_t> missing;
    for (const auto& part : parts.list) missing.push_back(part.index);
    std::vector<Computed> computed;
    try {
      computed = parts.batch->computed(missing);
    } catch (...) {
      return failAll(parts, std::current_exception());
    }
    finishAll(parts, std::move(computed));
  });
  if (!accepted)
    failAll(parts, std::make_exception_ptr(Overloaded("no room to run the computation; try again")));
}

void Flights::finishAll(const Parts& parts, std::vector<Computed> computed) {
  std::vector<EntryWriter::Value> values;
  for (std::size_t i = 0; i < parts.list.size(); ++i) {
    const auto& caller = parts.list[i].caller;
    if (!computed[i].tags.empty())
      finish(caller, std::move(computed[i]));
    else if (auto payload = settle(caller, std::move(computed[i])))
      values.push_back({caller, std::move(payload)});
  }
  if (!values.empty()) storeAll(std::move(values));
}

void Flights::failAll(const Parts& parts, const std::exception_ptr& error) {
  for (const auto& part : parts.list) fail(part.caller, error);
}

}  // namespace larder
