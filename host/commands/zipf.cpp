// SPDX-License-Identifier: Apache-2.0
#include "commands/zipf.hpp"

#include <algorithm>
#include <cmath>

namespace larder::host {

// Inverts the cumulative weights: slower than approximations, but exact for any exponent, and all draws are
// made before the measurement.
std::vector<std::uint32_t> drawZipf(std::uint32_t keys, double exponent, std::size_t count,
                                    std::uint64_t seed) {
  std::vector<double> cumulative(keys);
  double sum = 0;
  for (std::uint32_t key = 0; key < keys; ++key) {
    sum += std::pow(static_cast<double>(key) + 1.0, -exponent);
    cumulative[key] = sum;
  }
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0.0, sum);
  std::vector<std::uint32_t> draws(count);
  for (auto& draw : draws) {
    const auto found = std::upper_bound(cumulative.begin(), cumulative.end(), uniform(random));
    draw = std::min(static_cast<std::uint32_t>(found - cumulative.begin()), keys - 1);
  }
  return draws;
}

}  // namespace larder::host
