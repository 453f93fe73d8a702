// SPDX-License-Identifier: Apache-2.0
#include "commands/miss_ratio_chart.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace larder::host {
namespace {

// Maps capacities to positions in the chart.
class Scale {
 public:
  explicit Scale(const std::vector<MissRatioCurve>& curves) {
    for (const auto& curve : curves)
      for (const auto& [capacity, ratio] : curve.points) capacities_.push_back(capacity);
    std::sort(capacities_.begin(), capacities_.end());
    capacities_.erase(std::unique(capacities_.begin(), capacities_.end()), capacities_.end());
  }

  const std::vector<std::uint64_t>& capacities() const { return capacities_; }

  double at(std::uint64_t capacity) const {
    const double least = logarithm(capacities_.front());
    const double most = logarithm(capacities_.back());
    return most > least ? (logarithm(capacity) - least) / (most - least) : 0.5;
  }

 private:
  static double logarithm(std::uint64_t capacity) {
    return std::log(std::max<double>(static_cast<double>(capacity), 1));
  }

  std::vector<std::uint64_t> capacities_;
};

std::string tipOf(const std::string& cache, std::uint64_t capacity, double ratio) {
  std::ostringstream tip;
  tip << cache << ", " << capacity << ": " << std::fixed << std::setprecision(5) << ratio;
  return tip.str();
}

}  // namespace

Chart missRatioChart(const std::vector<MissRatioCurve>& curves, const std::string& capacityUnit) {
  const Scale scale(curves);
  Chart chart{
      .title = "Miss ratio", .xTitle = "capacity, " + capacityUnit, .xTicks = {}, .yTicks = {}, .curves = {}};
  for (const std::uint64_t capacity : scale.capacities())
    chart.xTicks.push_back({scale.at(capacity), std::to_string(capacity)});
  for (int tenth = 0; tenth <= 10; tenth += 2)
    chart.yTicks.push_back({tenth / 10.0, std::to_string(tenth * 10) + " %"});
  for (const auto& [cache, points] : curves) {
    Chart::Curve& curve = chart.curves.emplace_back();
    curve.name = cache;
    for (const auto& [capacity, ratio] : points)
      curve.points.push_back({scale.at(capacity), ratio, tipOf(cache, capacity, ratio)});
  }
  return chart;
}

}  // namespace larder::host
