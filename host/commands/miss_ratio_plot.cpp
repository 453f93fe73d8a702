// SPDX-License-Identifier: Apache-2.0
#include "commands/miss_ratio_plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iomanip>
#include <sstream>
#include <string_view>

namespace larder::host {
namespace {

constexpr double kLeft = 60;
constexpr double kTop = 20;
constexpr double kWidth = 620;
constexpr double kHeight = 360;
constexpr const char* kColours[] = {"#1b6ca8", "#c8553d", "#3a7d44", "#7b4b94", "#8a6d3b"};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

// Maps capacities to positions between the plot's left and right edge.
class Scale {
 public:
  explicit Scale(const std::vector<MissRatioCurve>& curves) {
    for (const auto& curve : curves)
      for (const auto& [capacity, ratio] : curve.points) capacities_.push_back(capacity);
    std::sort(capacities_.begin(), capacities_.end());
    capacities_.erase(std::unique(capacities_.begin(), capacities_.end()), capacities_.end());
  }

  const std::vector<std::uint64_t>& capacities() const { return capacities_; }

  double x(std::uint64_t capacity) const {
    const double least = std::log(std::max<double>(static_cast<double>(capacities_.front()), 1));
    const double most = std::log(std::max<double>(static_cast<double>(capacities_.back()), 1));
    if (most <= least) return kLeft + kWidth / 2;
    const double at = std::log(std::max<double>(static_cast<double>(capacity), 1));
    return kLeft + kWidth * (at - least) / (most - least);
  }
  static double y(double ratio) { return kTop + kHeight * (1 - ratio); }

 private:
  std::vector<std::uint64_t> capacities_;
};

void drawAxes(std::ostream& svg, const Scale& scale, const std::string& unit) {
  for (int tenth = 0; tenth <= 10; tenth += 2) {
    const double y = Scale::y(tenth / 10.0);
    svg << "<line x1=\"" << kLeft << "\" x2=\"" << kLeft + kWidth << "\" y1=\"" << y << "\" y2=\"" << y
        << "\" stroke=\"#ddd\"/>\n<text x=\"" << kLeft - 8 << "\" y=\"" << y + 4 << "\" text-anchor=\"end\">"
        << tenth * 10 << " %</text>\n";
  }
  for (const std::uint64_t capacity : scale.capacities())
    svg << "<text x=\"" << scale.x(capacity) << "\" y=\"" << kTop + kHeight + 18
        << "\" text-anchor=\"middle\">" << capacity << "</text>\n";
  svg << "<text x=\"" << kLeft + kWidth / 2 << "\" y=\"" << kTop + kHeight + 38
      << "\" text-anchor=\"middle\">capacity, " << escaped(unit) << "</text>\n";
}

}  // namespace

std::string missRatioPlot(const std::vector<MissRatioCurve>& curves, const std::string& capacityUnit) {
  std::ostringstream svg;
  svg << std::fixed << std::setprecision(1)
      << R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 430" font-family="sans-serif" font-size="12">)"
      << "\n<title>Miss ratio</title>\n<rect width=\"800\" height=\"430\" fill=\"white\"/>\n";
  const Scale scale(curves);
  if (!scale.capacities().empty()) drawAxes(svg, scale, capacityUnit);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const char* const colour = kColours[i % std::size(kColours)];
    svg << "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" << colour << "\" points=\"";
    for (const auto& [capacity, ratio] : curves[i].points)
      svg << scale.x(capacity) << ',' << Scale::y(ratio) << ' ';
    svg << "\"/>\n";
    for (const auto& [capacity, ratio] : curves[i].points)
      svg << "<circle r=\"3\" fill=\"" << colour << "\" cx=\"" << scale.x(capacity) << "\" cy=\""
          << Scale::y(ratio) << "\"><title>" << escaped(curves[i].cache) << ", " << capacity << ": "
          << std::setprecision(5) << ratio << std::setprecision(1) << "</title></circle>\n";
    svg << "<text x=\"" << kLeft + kWidth + 14 << "\" y=\"" << kTop + 14 + 18 * static_cast<double>(i)
        << "\" fill=\"" << colour << "\">" << escaped(curves[i].cache) << "</text>\n";
  }
  svg << "</svg>\n";
  return svg.str();
}

}  // namespace larder::host
