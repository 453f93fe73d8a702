// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_MISS_RATIO_PLOT_HPP
#define LARDER_COMMANDS_MISS_RATIO_PLOT_HPP

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace larder::host {

/// One line of a plot.
struct MissRatioCurve {
  std::string cache;
  std::vector<std::pair<std::uint64_t, double>> points;  ///< capacity and miss ratio, by capacity
};

/// Returns an SVG image of miss ratios over capacities, on a logarithmic scale.
std::string missRatioPlot(const std::vector<MissRatioCurve>& curves, const std::string& capacityUnit);

}  // namespace larder::host

#endif
