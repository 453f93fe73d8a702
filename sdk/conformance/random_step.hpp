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

/// One operation of a random stream, told without what only the run knows: names and versions. So a stream
/// can be run again, and be run without some of its steps.
struct RandomStep {
  OpCode code = OpCode::get;
  std::uint32_t flags = 0;
  std::size_t space = 0;  ///< which of the stream's namespaces
  std::size_t key = 0;    ///< which of kKeys
  std::size_t valueSize = 0;
  unsigned letter = 0;        ///< of the value
  bool rightVersion = false;  ///< expect the entry's version, or else another

  static constexpr std::size_t kSpaces = 3;  ///< few names, so that operations meet
  static constexpr std::string_view kKeys[] = {"a", "b", "ab", "", "key with space", "\xff"};

  std::string value() const { return std::string(valueSize, static_cast<char>('a' + letter % 26)); }
};

/// A step that needs none but these LARDER_CAP_ bits.
RandomStep drawStep(std::mt19937_64& random, std::uint64_t capabilities);

/// "SET 1/\"ab\", 12 bytes of 'q', IF_ABSENT".
std::string describe(const RandomStep& step);

}  // namespace larder::conformance

#endif
