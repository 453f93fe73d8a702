// SPDX-License-Identifier: Apache-2.0
#include "generations.hpp"

#include <charconv>

namespace larder::memcached {

namespace {

constexpr std::string_view kMark = "g1";
constexpr std::size_t kDigits = 16;

}  // namespace

std::uint64_t Generations::known(std::string_view nameSpace) const {
  const auto found = known_.find(nameSpace);
  return found != known_.end() ? found->second : kNoGeneration;
}

void Generations::learn(std::string_view nameSpace, std::uint64_t generation) {
  if (const auto found = known_.find(nameSpace); found != known_.end()) {
    found->second = generation;
    return;
  }
  // Starting over is simple and rare, and costs each namespace in use one round trip.
  if (known_.size() >= kMaxKnown) known_.clear();
  known_.emplace(nameSpace, generation);
}

std::string Generations::encode(std::uint64_t generation) {
  char digits[kDigits];
  const auto end = std::to_chars(digits, digits + kDigits, generation, 16).ptr;
  const std::string_view written(digits, static_cast<std::size_t>(end - digits));
  std::string stored(kMark);
  return stored.append(kDigits - written.size(), '0').append(written);
}

std::optional<std::uint64_t> Generations::decode(std::string_view stored) {
  if (stored.size() != kMark.size() + kDigits || !stored.starts_with(kMark)) return std::nullopt;
  std::uint64_t generation = kNoGeneration;
  const char* const last = stored.data() + stored.size();
  const auto [end, error] = std::from_chars(stored.data() + kMark.size(), last, generation, 16);
  if (error != std::errc() || end != last || generation == kNoGeneration) return std::nullopt;
  return generation;
}

}  // namespace larder::memcached
