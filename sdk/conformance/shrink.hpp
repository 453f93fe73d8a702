// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_SHRINK_HPP
#define LARDER_CONFORMANCE_SHRINK_HPP

#include <algorithm>
#include <cstddef>
#include <vector>

namespace larder::conformance {

/// Returns the shortest failing subsequence of `steps` found by leaving steps out, first large blocks, then
/// single steps. Calls `fails` at most `tries` times.
template <class Step, class Fails>
std::vector<Step> shrink(std::vector<Step> steps, std::size_t tries, const Fails& fails) {
  for (std::size_t chunk = steps.size() / 2; chunk > 0; chunk /= 2) {
    for (std::size_t begin = 0; begin < steps.size();) {
      if (tries == 0) return steps;
      --tries;
      auto shorter = steps;
      const auto end = std::min(begin + chunk, steps.size());
      shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(begin),
                    shorter.begin() + static_cast<std::ptrdiff_t>(end));
      if (fails(shorter))
        steps = std::move(shorter);
      else
        begin = end;
    }
  }
  return steps;
}

}  // namespace larder::conformance

#endif
