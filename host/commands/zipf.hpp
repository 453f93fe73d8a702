// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_ZIPF_HPP
#define LARDER_COMMANDS_ZIPF_HPP

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace larder::host {

/// Draws `count` numbers below `keys`, where number k has the weight 1/(k+1)^exponent: 0 is uniform, 0.99 is
/// typical of caches, larger values are more skewed. The same seed gives the same draws.
std::vector<std::uint32_t> drawZipf(std::uint32_t keys, double exponent, std::size_t count,
                                    std::uint64_t seed);

}  // namespace larder::host

#endif
