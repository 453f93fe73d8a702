// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_MISS_RATIO_CHART_HPP
#define LARDER_COMMANDS_MISS_RATIO_CHART_HPP

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "commands/chart.hpp"

namespace larder::host {

/// One line of a chart.
struct MissRatioCurve {
  std::string cache;
  std::vector<std::pair<std::uint64_t, double>> points;  ///< capacity and miss ratio, by capacity
};

/// Returns the chart of miss ratios over capacities, on a logarithmic scale.
Chart missRatioChart(const std::vector<MissRatioCurve>& curves, const std::string& capacityUnit);

}  // namespace larder::host

#endif
