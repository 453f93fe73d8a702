// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_BENCH_CHARTS_HPP
#define LARDER_COMMANDS_BENCH_CHARTS_HPP

#include <chrono>
#include <string>
#include <vector>

#include "commands/bench_load.hpp"
#include "commands/chart.hpp"

namespace larder::host {

/// Returns the charts of a measurement that took `duration`: the latency at each percentile, both on a
/// logarithmic scale, and operations per second over time.
std::vector<Chart> benchCharts(const BenchTally& tally, const std::string& backend,
                               std::chrono::duration<double> duration);

}  // namespace larder::host

#endif
