// SPDX-License-Identifier: Apache-2.0
//
// The way of engine.cpp for several keys at once. Each key is a caller of its own with a flight of its own,
// so two batches that want the same keys never wait for each other in a circle; only the steps that cost a
// round trip or a call of the computation are made together.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "cache/engine.hpp"

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

void Cache::Engine::getOrComputeMany(BatchRequest request, Executor& executor, BatchDone done) {
  if (request.keys.empty()) return done({});
  Parts parts{std::make_shared<Batch>(request.keys.size()), {}};
  parts.batch->compute = std::move(request.compute);
  parts.batch->done = std::move(done);
  const auto name_space = fullName(request.nameSpace);
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
    Caller caller{std::move(one), name_space, executor, std::move(answered), nullptr, {}};
    parts.list.push_back({std::make_shared<Caller>(std::move(caller)), i});
  }
  if (!backend_->isInline()) return enterAll(parts);

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

void Cache::Engine::lookAll(const Parts& parts, std::function<void(std::vector<Found>)> then) {
  struct Look {
    std::vector<Found> founds;
    std::vector<std::size_t> asked;
    std::vector<const Key*> keys;
  };
  const auto look = std::make_shared<Look>();
  look->founds.resize(parts.list.size());
  for (std::size_t i = 0; i < parts.list.size(); ++i) {
    const Caller& caller = *parts.list[i].caller;
    if (invalidating_.covers(caller.nameSpace, caller.request.key.stored(), caller.request.tags)) {
      look->founds[i].backendFailed = true;
      continue;
    }
    look->asked.push_back(i);
    look->keys.push_back(&caller.request.key);
  }
  if (look->asked.empty()) return then(std::move(look->founds));

  const Caller& any = *parts.list.front().caller;
  lookUpAll(guarded_, tags_, options_.maxPayload, any.nameSpace, look->keys, any.request.tags,
            [this, look, parts, then = std::move(then)](std::vector<Found> founds) {
              for (std::size_t i = 0; i < founds.size(); ++i) {
                if (founds[i].backendFailed) ++readFailures_;
                if (!founds[i].addedTags.empty()) {  // a batch adds none, and compares none
                  founds[i].hit.reset();
                  founds[i].stale.reset();
                }
                look->founds[look->asked[i]] = std::move(founds[i]);
              }
              then(std::move(look->founds));
            });
}

// Nothing is left to do for an empty list, and perhaps no Cache to do it: all callers were answered.
void Cache::Engine::enterAll(const Parts& parts) {
  Parts leading{parts.batch, {}};
  for (const auto& part : parts.list) {
    const auto& caller = part.caller;
    auto joined = flights_.join(flightOf(*caller), caller, backend_->clock().monotonic());
    if (joined.flight != nullptr && !joined.leading) {
      follow(caller, joined.flight);
      continue;
    }
    caller->flight = joined.flight != nullptr ? std::move(joined.flight) : flights_.alone(flightOf(*caller));
    leading.list.push_back(part);
  }
  if (!leading.list.empty()) leadAll(leading);
}

void Cache::Engine::leadAll(const Parts& parts) {
  lookAll(parts, [this, parts](std::vector<Found> founds) {
    Parts missing{parts.batch, {}};
    for (std::size_t i = 0; i < founds.size(); ++i)
      if (mustCompute(parts.list[i].caller, std::move(founds[i]))) missing.list.push_back(parts.list[i]);
    if (!missing.list.empty()) prepareAll(missing);
  });
}

// Their tags are the same, and so are the stamps.
void Cache::Engine::prepareAll(const Parts& parts) {
  const auto first = std::find_if(parts.list.begin(), parts.list.end(),
                                  [](const Part& part) { return part.caller->storable; });
  if (first == parts.list.end()) return computeAll(parts);
  const auto caller = first->caller;
  tags_.create(caller->stamps, caller->request.expire, [this, parts, caller](bool created) {
    if (!created) ++readFailures_;
    for (const auto& part : parts.list) {
      if (!part.caller->storable) continue;
      part.caller->storable = created;
      if (part.caller != caller) part.caller->stamps = caller->stamps;
    }
    computeAll(parts);
  });
}

void Cache::Engine::computeAll(const Parts& parts) {
  const bool accepted = parts.list.front().caller->executor.post([this, parts] {
    computations_ += parts.list.size();
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

void Cache::Engine::finishAll(const Parts& parts, std::vector<Computed> computed) {
  std::vector<Storable> values;
  for (std::size_t i = 0; i < parts.list.size(); ++i) {
    const auto& caller = parts.list[i].caller;
    if (!computed[i].tags.empty())
      finish(caller, std::move(computed[i]));
    else if (auto payload = settle(caller, std::move(computed[i])))
      values.push_back({caller, std::move(payload)});
  }
  if (!values.empty()) store(values);
}

void Cache::Engine::failAll(const Parts& parts, const std::exception_ptr& error) {
  for (const auto& part : parts.list) fail(part.caller, error);
}

}  // namespace larder
