// SPDX-License-Identifier: Apache-2.0
#include "commands/reference_policy.hpp"

#include <cstddef>
#include <list>
#include <queue>
#include <stdexcept>
#include <utility>
#include <vector>

namespace larder::host {
namespace {

std::uint64_t sizeOf(const Trace& trace, std::uint32_t object) {
  return trace.sizes.empty() ? 1 : trace.sizes[object];
}

void count(ReplayCount& counted, const Trace& trace, std::uint32_t object, bool hit) {
  ++counted.requests;
  counted.misses += hit ? 0 : 1;
  if (trace.sizes.empty()) return;
  counted.bytes += trace.sizes[object];
  counted.missedBytes += hit ? 0 : trace.sizes[object];
}

ReplayCount replayLru(const Trace& trace, std::uint64_t capacity) {
  using Order = std::list<std::uint32_t>;
  Order order;  // newest first
  std::vector<Order::iterator> places(trace.objectCount(), order.end());
  std::uint64_t used = 0;
  ReplayCount counted;
  for (const std::uint32_t object : trace.objects) {
    const bool hit = places[object] != order.end();
    count(counted, trace, object, hit);
    if (hit) {
      order.splice(order.begin(), order, places[object]);
      continue;
    }
    const std::uint64_t size = sizeOf(trace, object);
    if (size > capacity) continue;
    for (; used + size > capacity; order.pop_back()) {
      used -= sizeOf(trace, order.back());
      places[order.back()] = order.end();
    }
    order.push_front(object);
    places[object] = order.begin();
    used += size;
  }
  return counted;
}

ReplayCount replayOpt(const Trace& trace, std::uint64_t capacity) {
  // The index of the next request for the same object; the trace's length if there is none.
  const std::size_t never = trace.objects.size();
  std::vector<std::size_t> again(trace.objects.size());
  std::vector<std::size_t> later(trace.objectCount(), never);
  for (std::size_t i = trace.objects.size(); i-- > 0;) again[i] = std::exchange(later[trace.objects[i]], i);

  // A queue element is outdated if its time differs from the object's current one.
  std::priority_queue<std::pair<std::size_t, std::uint32_t>> by_use;
  std::vector<std::size_t> use(trace.objectCount(), 0);
  std::vector<bool> resident(trace.objectCount(), false);
  std::uint64_t used = 0;
  ReplayCount counted;
  for (std::size_t i = 0; i < trace.objects.size(); ++i) {
    const std::uint32_t object = trace.objects[i];
    const std::uint64_t size = sizeOf(trace, object);
    count(counted, trace, object, resident[object]);
    if (!resident[object] && size > capacity) continue;
    if (!resident[object]) used += size;
    resident[object] = true;
    use[object] = again[i];
    by_use.emplace(again[i], object);
    while (used > capacity) {
      const auto [time, victim] = by_use.top();
      by_use.pop();
      if (!resident[victim] || use[victim] != time) continue;
      resident[victim] = false;
      used -= sizeOf(trace, victim);
    }
  }
  return counted;
}

}  // namespace

ReplayCount replayReference(const std::string& policy, const Trace& trace, std::uint64_t capacity) {
  if (policy == "lru") return replayLru(trace, capacity);
  if (policy == "opt") return replayOpt(trace, capacity);
  throw std::invalid_argument("--against: \"" + policy + "\" is unknown; use lru or opt");
}

}  // namespace larder::host
