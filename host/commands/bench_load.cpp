// SPDX-License-Identifier: Apache-2.0
#include "commands/bench_load.hpp"

#include <charconv>
#include <cmath>

namespace larder::host {
namespace {

std::optional<BenchRequest> requestNamed(std::string_view name) {
  if (name == "get") return BenchRequest::get;
  if (name == "get-or-insert") return BenchRequest::getOrInsert;
  if (name == "set") return BenchRequest::set;
  return std::nullopt;
}

std::optional<double> weightOf(std::string_view text) {
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(weight) && weight >= 0 && weight <= 1e9 ? std::optional(weight)
                                                                        : std::nullopt;
}

}  // namespace

std::optional<BenchMix> BenchMix::parse(std::string_view text) {
  BenchMix mix{{0, 0, 0}};
  const bool single = text.find(',') == std::string_view::npos;
  double sum = 0;
  for (;;) {
    const auto comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const auto colon = part.find(':');
    const auto request = requestNamed(part.substr(0, colon));
    if (!request || (colon == std::string_view::npos && !single)) return std::nullopt;
    const auto weight = colon == std::string_view::npos ? 1.0 : weightOf(part.substr(colon + 1));
    if (!weight) return std::nullopt;
    mix.weights[static_cast<std::size_t>(*request)] += *weight;
    sum += *weight;
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return sum > 0 ? std::optional(mix) : std::nullopt;
}

BenchLoad::BenchLoad(const BenchMix& mix, std::span<const std::uint32_t> keys, std::size_t begin,
                     std::uint64_t seed)
    : kinds_(mix.weights.begin(), mix.weights.end()),
      keys_(keys),
      next_(begin % keys.size()),
      random_(seed) {}

BenchLoad::Request BenchLoad::next() {
  const std::uint32_t key = keys_[next_];
  next_ = next_ + 1 == keys_.size() ? 0 : next_ + 1;
  return {static_cast<BenchRequest>(kinds_(random_)), key};
}

BenchPace::BenchPace(Clock::time_point begin, std::chrono::duration<double> interval)
    : begin_(begin), interval_(interval) {}

BenchPace::Clock::time_point BenchPace::due() const {
  if (!isFixed()) return Clock::time_point::min();
  return begin_ + std::chrono::duration_cast<Clock::duration>(interval_ * static_cast<double>(sent_));
}

void BenchTally::merge(const BenchTally& other) {
  latencies.merge(other.latencies);
  for (std::size_t i = 0; i < slices.size(); ++i) slices[i] += other.slices[i];
  hits += other.hits;
  misses += other.misses;
  errors += other.errors;
  if (!other.lastError.empty()) lastError = other.lastError;
}

}  // namespace larder::host
