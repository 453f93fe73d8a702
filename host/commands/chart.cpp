// SPDX-License-Identifier: Apache-2.0
#include "commands/chart.hpp"

#include <cstddef>
#include <fstream>
#include <iomanip>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "check/check_report.hpp"

namespace larder::host {
namespace {

constexpr double kLeft = 80;
constexpr double kTop = 40;
constexpr double kWidth = 620;
constexpr double kHeight = 340;
constexpr double kImageWidth = 820;
constexpr double kChartHeight = 440;
constexpr const char* kColours[] = {"#1b6ca8", "#c8553d", "#3a7d44", "#7b4b94", "#8a6d3b"};

double xOf(double at) { return kLeft + kWidth * at; }
double yOf(double at) { return kTop + kHeight * (1 - at); }

void drawAxes(std::ostream& svg, const Chart& chart) {
  for (const auto& [at, label] : chart.yTicks)
    svg << "<line x1=\"" << kLeft << "\" x2=\"" << kLeft + kWidth << "\" y1=\"" << yOf(at) << "\" y2=\""
        << yOf(at) << "\" stroke=\"#ddd\"/>\n<text x=\"" << kLeft - 8 << "\" y=\"" << yOf(at) + 4
        << "\" text-anchor=\"end\">" << asXml(label) << "</text>\n";
  for (const auto& [at, label] : chart.xTicks)
    svg << "<text x=\"" << xOf(at) << "\" y=\"" << kTop + kHeight + 18 << "\" text-anchor=\"middle\">"
        << asXml(label) << "</text>\n";
  svg << "<text x=\"" << kLeft + kWidth / 2 << "\" y=\"" << kTop + kHeight + 38
      << "\" text-anchor=\"middle\">" << asXml(chart.xTitle) << "</text>\n";
}

void drawCurve(std::ostream& svg, const Chart::Curve& curve, std::size_t number) {
  const char* const colour = kColours[number % std::size(kColours)];
  svg << "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" << colour << "\" points=\"";
  for (const auto& point : curve.points) svg << xOf(point.x) << ',' << yOf(point.y) << ' ';
  svg << "\"/>\n";
  for (const auto& point : curve.points)
    if (!point.tip.empty())
      svg << "<circle r=\"3\" fill=\"" << colour << "\" cx=\"" << xOf(point.x) << "\" cy=\"" << yOf(point.y)
          << "\"><title>" << asXml(point.tip) << "</title></circle>\n";
  svg << "<text x=\"" << kLeft + kWidth + 14 << "\" y=\"" << kTop + 14 + 18 * static_cast<double>(number)
      << "\" fill=\"" << colour << "\">" << asXml(curve.name) << "</text>\n";
}

}  // namespace

std::string drawCharts(const std::vector<Chart>& charts) {
  std::ostringstream svg;
  const double height = kChartHeight * static_cast<double>(charts.size());
  svg << std::fixed << std::setprecision(1) << R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )"
      << kImageWidth << ' ' << height << "\" font-family=\"sans-serif\" font-size=\"12\">\n"
      << "<rect width=\"" << kImageWidth << "\" height=\"" << height << "\" fill=\"white\"/>\n";
  for (std::size_t i = 0; i < charts.size(); ++i) {
    const Chart& chart = charts[i];
    svg << "<g transform=\"translate(0 " << kChartHeight * static_cast<double>(i) << ")\">\n<text x=\""
        << kLeft << "\" y=\"" << kTop - 18 << "\" font-size=\"14\">" << asXml(chart.title) << "</text>\n";
    drawAxes(svg, chart);
    for (std::size_t number = 0; number < chart.curves.size(); ++number)
      drawCurve(svg, chart.curves[number], number);
    svg << "</g>\n";
  }
  svg << "</svg>\n";
  return svg.str();
}

void writeImage(const std::string& file, const std::string& svg) {
  std::ofstream stream(file, std::ios::binary);
  stream << svg << std::flush;
  if (!stream) throw std::runtime_error(file + ": cannot be written");
}

}  // namespace larder::host
