// SPDX-License-Identifier: Apache-2.0
#include "commands/bench_charts.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <sstream>

namespace larder::host {
namespace {

// Returns at most six significant digits.
std::string shortText(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

// Returns the smallest of 1, 2, 5, 10, 20, 50, ... that is at least `number`.
double roundedUp(double number) {
  const double power = std::pow(10, std::floor(std::log10(std::max(number, 1.0))));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= number) return factor * power;
  return 10 * power;
}

// A percentile is placed by the number of nines that it begins with: 90 % at 1, 99 % at 2, 99.9 % at 3.
Chart latencyChart(const BenchTally& tally, const std::string& backend) {
  constexpr int stepsPerNine = 5;
  const auto count = static_cast<double>(std::max<std::uint64_t>(tally.latencies.count(), 1));
  const int nines = std::clamp(static_cast<int>(std::log10(count)), 1, 7);
  const auto quantile = [](double nine) { return 1 - std::pow(10, -nine); };
  const auto microseconds = [&](double nine) {
    return std::max(static_cast<double>(tally.latencies.quantile(quantile(nine)).count()) / 1000, 0.001);
  };

  const double least = std::floor(std::log10(microseconds(0)));
  const double most = std::max(std::ceil(std::log10(microseconds(nines))), least + 1);
  Chart chart{.title = "Latency at each percentile, in microseconds",
              .xTitle = "percentile",
              .xTicks = {},
              .yTicks = {},
              .curves = {{backend, {}}}};
  for (int nine = 0; nine <= nines; ++nine)
    chart.xTicks.push_back({static_cast<double>(nine) / nines, shortText(100 * quantile(nine)) + " %"});
  for (double power = least; power <= most; ++power)
    chart.yTicks.push_back({(power - least) / (most - least), shortText(std::pow(10, power))});
  for (int step = 0; step <= nines * stepsPerNine; ++step) {
    const double nine = static_cast<double>(step) / stepsPerNine;
    const double latency = microseconds(nine);
    chart.curves.front().points.push_back(
        {nine / nines, (std::log10(latency) - least) / (most - least),
         shortText(100 * quantile(nine)) + " %: " + shortText(latency) + " us"});
  }
  return chart;
}

Chart rateChart(const BenchTally& tally, const std::string& backend, std::chrono::duration<double> duration) {
  const double seconds = duration.count() / static_cast<double>(tally.slices.size());
  const auto rate = [&](std::uint64_t operations) { return static_cast<double>(operations) / seconds; };
  const double most = roundedUp(rate(*std::max_element(tally.slices.begin(), tally.slices.end())));
  Chart chart{.title = "Operations per second",
              .xTitle = "time, seconds",
              .xTicks = {},
              .yTicks = {},
              .curves = {{backend, {}}}};
  for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    chart.xTicks.push_back({part, shortText(part * duration.count())});
    chart.yTicks.push_back({part, std::to_string(static_cast<std::uint64_t>(part * most))});
  }
  for (std::size_t i = 0; i < tally.slices.size(); ++i)
    chart.curves.front().points.push_back(
        {(static_cast<double>(i) + 0.5) / static_cast<double>(tally.slices.size()),
         rate(tally.slices[i]) / most,
         {}});
  return chart;
}

}  // namespace

std::vector<Chart> benchCharts(const BenchTally& tally, const std::string& backend,
                               std::chrono::duration<double> duration) {
  return {latencyChart(tally, backend), rateChart(tally, backend, duration)};
}

}  // namespace larder::host
