// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_TOP_FIGURES_HPP
#define LARDER_COMMANDS_TOP_FIGURES_HPP

#include <chrono>
#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace larder::host {

/// Two answers of GET /api/overview with the time between them, and the answers of two other requests.
struct TopReadings {
  const nlohmann::ordered_json& before;
  const nlohmann::ordered_json& now;
  std::chrono::nanoseconds between;
  const nlohmann::ordered_json& backends;
  const nlohmann::ordered_json& hotKeys;
};

/// What `larder top` shows of a host. Rates are per second, between the two readings.
struct TopFigures {
  struct Route {
    std::string route{};
    bool cached = false;
    double requests = 0;
    double misses = 0;                    ///< of a cached route: all that the handler answered
    std::optional<double> hitRatio{};     ///< between the readings; of a cached route with requests
    std::optional<double> fromCacheUs{};  ///< average since the start, in microseconds
    std::optional<double> fromHandlerUs{};
    double savedMs = 0;  ///< since the start
  };
  struct HotKey {
    std::string target{};
    std::string route{};
    double requests = 0;
    double hitRatio = 0;
  };

  std::optional<double> hitRatio{};  ///< of all cached routes
  std::optional<double> hitRatioSinceStart{};
  double requests = 0;
  double misses = 0;
  double savedMs = 0;           ///< since the start
  double savedMsPerSecond = 0;  ///< of handler time
  std::string backend{};
  std::string health{};
  std::optional<std::uint64_t> entries{};
  std::optional<std::uint64_t> bytes{};
  std::optional<std::uint64_t> capacity{};
  std::vector<Route> routes{};  ///< those with requests, most requests first
  std::vector<HotKey> hotKeys{};
};

/// Throws nlohmann::json::exception for answers that it does not understand. A host that has restarted
/// between the readings has rates of 0.
TopFigures figuresOf(const TopReadings& readings);

nlohmann::ordered_json asJson(const TopFigures& figures);

/// The hit ratios of the latest intervals, the oldest first; nullopt for one without requests.
using HitRatios = std::deque<std::optional<double>>;

/// Returns lines for a terminal, with the hit ratios as a bar for each interval.
std::string asText(const TopFigures& figures, const HitRatios& history);

}  // namespace larder::host

#endif
