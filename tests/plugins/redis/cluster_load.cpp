// SPDX-License-Identifier: Apache-2.0
#include "cluster_load.hpp"

#include <algorithm>
#include <chrono>

namespace larder::redis_test {

ClusterLoad::ClusterLoad(OpenRedis& writer, OpenRedis& reader) : writer_(writer), reader_(reader) {
  for (std::size_t thread = 0; thread < threadCount; ++thread)
    threads_.emplace_back([this, thread] { run(thread); });
}

void ClusterLoad::stop() {
  stopping_ = true;
  threads_.clear();
}

bool ClusterLoad::awaitWritesOfAllKeys() {
  std::vector<std::uint64_t> before(stored_.begin(), stored_.end());
  const auto all_written_twice = [&] {
    return std::equal(before.begin(), before.end(), stored_.begin(),
                      [](std::uint64_t then, const auto& now) { return now >= then + 2; });
  };
  return eventually(all_written_twice, std::chrono::seconds(60));
}

std::string ClusterLoad::wrong() const {
  const std::lock_guard lock(mutex_);
  return wrong_;
}

void ClusterLoad::run(std::size_t thread) {
  constexpr std::uint64_t eraseEvery = 7;
  std::array<std::uint64_t, keysOfEach> acknowledged{};
  for (std::uint64_t number = 1; !stopping_; ++number)
    for (std::size_t i = 0; i < keysOfEach; ++i) {
      const std::size_t index = thread * keysOfEach + i;
      const std::string key = "load" + std::to_string(index);
      const bool erases = number % eraseEvery == 0;
      const Status status = erases ? writer_.erase(key) : writer_.set(key, std::to_string(number));
      const bool done = status == Status::ok || (erases && status == Status::miss);
      if (done) acknowledged[i] = number;
      if (done && !erases) ++stored_[index];
      if (!done) ++failures_;
      check(key, writer_.get(key), acknowledged[i], number);
      check(key, reader_.get(key), acknowledged[i], number);
    }
}

void ClusterLoad::check(const std::string& key, const Outcome& outcome, std::uint64_t least,
                        std::uint64_t most) {
  if (outcome.status != Status::ok) return;
  ++hits_;
  const std::string value(outcome.value.view());
  const std::uint64_t number = std::stoull(value);
  if (number >= least && number <= most) return;
  const std::lock_guard lock(mutex_);
  wrong_ = key + " held " + value + ", not " + std::to_string(least) + " to " + std::to_string(most);
}

}  // namespace larder::redis_test
