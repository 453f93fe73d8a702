// SPDX-License-Identifier: Apache-2.0
#include "app/hot_keys.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <utility>

namespace larder::http {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kLongestKey = 1024;
constexpr std::size_t kLongestTarget = 256;
constexpr std::int64_t kWidestGap = 1 << 16;
constexpr std::chrono::seconds kWindow{1};
constexpr double kForgotten = 0.01;  // requests

double inSeconds(nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

double shareLeftAfter(nanoseconds duration) {
  return std::exp2(-inSeconds(duration) / inSeconds(HotKeys::kHalfLife));
}

}  // namespace

HotKeys::Name HotKeys::nameOf(std::string route, const Key& key, std::string_view target) {
  return {std::move(route), key.full().size() <= kLongestKey ? key.full() : key.stored(),
          std::string(target.substr(0, kLongestTarget))};
}

HotKeys::HotKeys(nanoseconds now) : begun_(now), decayed_(now), windowBegun_(now) {}

double HotKeys::begin(nanoseconds now) {
  decay(now);
  adaptGap(now);
  untilNext_.mine().store(drawGap() - 1, std::memory_order_relaxed);
  return static_cast<double>(gap_);
}

// A new key takes the counter of the coldest one, and inherits its count as what it may have had at most.
std::size_t HotKeys::newCounter(std::uint64_t fingerprint, Name name) {
  if (counters_.size() < kCounters) {
    counters_.push_back({.name = std::move(name), .fingerprint = fingerprint});
    requests_.push_back(0);
    return counterOf_.emplace(fingerprint, counters_.size() - 1).first->second;
  }
  const auto coldest = static_cast<std::size_t>(
      std::distance(requests_.begin(), std::min_element(requests_.begin(), requests_.end())));
  auto& counter = counters_[coldest];
  counterOf_.erase(counter.fingerprint);
  counter = {.name = std::move(name), .fingerprint = fingerprint, .unsure = requests_[coldest]};
  counterOf_.emplace(fingerprint, coldest);
  return coldest;
}

void HotKeys::decay(nanoseconds now) {
  if (now - decayed_ < kWindow) return;
  const double left = shareLeftAfter(now - decayed_);
  decayed_ = now;
  for (auto& requests : requests_) requests *= left;
  for (auto& counter : counters_) {
    counter.hits *= left;
    counter.unsure *= left;
  }
}

void HotKeys::adaptGap(nanoseconds now) {
  const bool over = now - windowBegun_ >= kWindow;
  if (!over && ++samplesInWindow_ <= kSamplesPerSecond) return;
  if (!over)
    gap_ = std::min(2 * gap_, kWidestGap);
  else if (samplesInWindow_ < kSamplesPerSecond / 4)
    gap_ = std::max<std::int64_t>(gap_ / 2, 1);
  windowBegun_ = now;
  samplesInWindow_ = 0;
}

// At random, so that requests that come in a fixed order are not sampled in step with it.
std::int64_t HotKeys::drawGap() {
  return gap_ == 1 ? 1 : std::uniform_int_distribution<std::int64_t>(1, 2 * gap_ - 1)(random_);
}

// A count that halves each kHalfLife settles at the rate times kHalfLife / ln 2.
std::vector<HotKey> HotKeys::top(std::size_t most, nanoseconds now) {
  const std::lock_guard lock(mutex_);
  decay(now);
  const auto elapsed = std::max<nanoseconds>(now - begun_, kWindow);
  const double seconds = inSeconds(kHalfLife) / std::numbers::ln2 * (1 - shareLeftAfter(elapsed));
  struct Sum {
    const Name* name = nullptr;
    double requests = 0;
    double hits = 0;
  };
  std::unordered_map<std::string_view, Sum> sums;  // by key
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    const auto& counter = counters_[i];
    const double sure = requests_[i] - counter.unsure;
    if (sure < kForgotten) continue;
    auto& sum = sums[counter.name.key];
    sum.name = &counter.name;
    sum.requests += sure;
    sum.hits += counter.hits;
  }
  std::vector<HotKey> all;
  all.reserve(sums.size());
  for (const auto& [key, sum] : sums)
    all.push_back({.route = sum.name->route,
                   .key = sum.name->key,
                   .target = sum.name->target,
                   .requestsPerSecond = sum.requests / seconds,
                   .hitRatio = std::min(sum.hits / sum.requests, 1.0)});
  std::sort(all.begin(), all.end(), [](const HotKey& one, const HotKey& other) {
    return one.requestsPerSecond != other.requestsPerSecond ? one.requestsPerSecond > other.requestsPerSecond
                                                            : one.key < other.key;
  });
  if (all.size() > most) all.resize(most);
  return all;
}

}  // namespace larder::http
