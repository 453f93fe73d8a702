// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_CHART_HPP
#define LARDER_COMMANDS_CHART_HPP

#include <string>
#include <vector>

namespace larder::host {

/// A line chart. Positions run from 0 to 1, from left to right and from bottom to top.
struct Chart {
  struct Tick {
    double at;
    std::string label;
  };
  struct Point {
    double x;
    double y;
    std::string tip;  ///< shown at the point; empty: the point has no mark
  };
  struct Curve {
    std::string name;
    std::vector<Point> points;
  };

  std::string title;
  std::string xTitle;
  std::vector<Tick> xTicks;
  std::vector<Tick> yTicks;
  std::vector<Curve> curves;
};

/// Returns an SVG image with the charts one below the other.
std::string drawCharts(const std::vector<Chart>& charts);

/// Writes an image to a file. Throws std::runtime_error if it cannot be written.
void writeImage(const std::string& file, const std::string& svg);

}  // namespace larder::host

#endif
