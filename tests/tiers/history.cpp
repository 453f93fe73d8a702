// SPDX-License-Identifier: Apache-2.0
#include "history.hpp"

#include <algorithm>
#include <unordered_map>

namespace larder::tiers_test {
namespace {

// Records that from `since` on, a write that began at `began` has certainly taken effect.
struct Evidence {
  std::uint64_t since = 0;
  std::uint64_t began = 0;
};

std::string describe(const Event& read, const std::string& why) {
  return "key " + std::to_string(read.key) + ": value " + std::to_string(read.value) + " read from " +
         std::to_string(read.began) + " to " + std::to_string(read.ended) + " " + why;
}

class OneKey {
 public:
  void add(const Event& event) {
    if (event.kind == Event::Kind::read) {
      if (event.value != 0) reads_.push_back(event);
      return;
    }
    if (event.kind == Event::Kind::write && event.value != 0) writes_.emplace(event.value, event);
    evidence_.push_back({event.ended, event.began});
  }

  void judge(std::vector<std::string>& faults) {
    for (const Event& read : reads_)
      if (const auto write = writes_.find(read.value); write != writes_.end())
        evidence_.push_back({read.ended, write->second.began});
    std::sort(evidence_.begin(), evidence_.end(),
              [](const Evidence& a, const Evidence& b) { return a.since < b.since; });
    // From here on, each `began` belongs to the latest write that is certain by `since`.
    for (std::size_t i = 1; i < evidence_.size(); ++i)
      evidence_[i].began = std::max(evidence_[i].began, evidence_[i - 1].began);

    for (const Event& read : reads_) {
      const auto write = writes_.find(read.value);
      if (write == writes_.end() || write->second.began > read.ended) {
        faults.push_back(describe(read, "that nobody had written"));
        continue;
      }
      const auto youngest = youngestCertain(read.began);
      if (write->second.ended < youngest)
        faults.push_back(describe(read, "though it was replaced: written until " +
                                            std::to_string(write->second.ended) + ", the next from " +
                                            std::to_string(youngest)));
    }
  }

 private:
  std::uint64_t youngestCertain(std::uint64_t moment) const {
    const auto after =
        std::lower_bound(evidence_.begin(), evidence_.end(), moment,
                         [](const Evidence& evidence, std::uint64_t at) { return evidence.since < at; });
    return after == evidence_.begin() ? 0 : std::prev(after)->began;
  }

  std::vector<Event> reads_;
  std::unordered_map<std::uint64_t, Event> writes_;
  std::vector<Evidence> evidence_;
};

}  // namespace

std::vector<std::string> unexplained(const std::vector<Event>& events, std::uint32_t keys) {
  std::vector<OneKey> by_key(keys);
  for (const Event& event : events) {
    if (event.kind != Event::Kind::clear)
      by_key[event.key].add(event);
    else
      for (auto& key : by_key) key.add(event);
  }
  std::vector<std::string> faults;
  for (auto& key : by_key) key.judge(faults);
  return faults;
}

}  // namespace larder::tiers_test
