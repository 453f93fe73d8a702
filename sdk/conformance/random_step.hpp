// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_RANDOM_STEP_HPP
#define LARDER_CONFORMANCE_RANDOM_STEP_HPP

#include <larder/backend.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace larder::conformance {

/// One operation of a random stream, without the names and versions that only a run knows. A stream can
/// therefore be replayed, also without some of its steps.
struct RandomStep {
  OpCode code = OpCode::get;
  std::uint32_t flags = 0;
  std::size_t space = 0;  ///< index of one of the stream's namespaces
  std::size_t key = 0;    ///< index into kKeys
  std::size_t valueSize = 0;
  unsigned letter = 0;        ///< the letter that fills the value
  bool rightVersion = false;  ///< expect the entry's version if true, else a wrong one

  static constexpr std::size_t kSpaces = 3;  ///< few names, so that operations collide
  static constexpr std::string_view kKeys[] = {"a", "b", "ab", "", "key with space", "\xff"};

  std::string value() const { return std::string(valueSize, static_cast<char>('a' + letter % 26)); }
};

/// Draws a step that needs no other LARDER_CAP_ bits than these.
RandomStep drawStep(std::mt19937_64& random, std::uint64_t capabilities);

/// Returns a description: "SET 1/\"ab\", 12 bytes of 'q', IF_ABSENT".
std::string describe(const RandomStep& step);

}  // namespace larder::conformance

#endif
