// SPDX-License-Identifier: Apache-2.0
#include "commands/top_figures.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "commands/figure_text.hpp"
#include "commands/plugin_text.hpp"
#include "commands/text_table.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostRoutes = 12;
constexpr std::size_t kLongestShownTarget = 60;

struct Count {
  double cache = 0;
  double handler = 0;

  double all() const { return cache + handler; }
  std::optional<double> hitRatio() const { return all() > 0 ? std::optional(cache / all()) : std::nullopt; }
  Count& operator+=(const Count& other) {
    cache += other.cache;
    handler += other.handler;
    return *this;
  }
  // Never negative: counters of a host that has restarted begin again.
  Count since(const Count& before) const {
    return {std::max(cache - before.cache, 0.0), std::max(handler - before.handler, 0.0)};
  }
};

Count countOf(const Json& route) {
  const auto& requests = route.at("requests");
  const auto of = [&](const char* outcome) { return requests.at(outcome).get<double>(); };
  return {of("hit") + of("stale"), of("miss") + of("collapsed") + of("bypass") + of("none")};
}

std::optional<double> averageUs(double sum_ms, double events) {
  return events > 0 ? std::optional(1000 * sum_ms / events) : std::nullopt;
}

std::optional<std::uint64_t> countAt(const Json& backend, const char* name) {
  const auto stats = backend.value("stats", Json::object());
  return stats.contains(name) ? std::optional(stats.at(name).get<std::uint64_t>()) : std::nullopt;
}

void addBackend(const Json& answer, TopFigures& figures) {
  for (const auto& backend : answer.at("backends")) {
    if (!backend.at("active").get<bool>()) continue;
    figures.backend = backend.at("name").get<std::string>();
    figures.health = backend.value("health", std::string());
    figures.entries = countAt(backend, "entries");
    figures.bytes = countAt(backend, "bytes");
    figures.capacity = countAt(backend, "capacity_bytes");
  }
}

void addRoutes(const TopReadings& readings, double seconds, TopFigures& figures) {
  std::map<std::string, Count> former;
  for (const auto& route : readings.before.at("routes"))
    former[route.at("route").get<std::string>()] = countOf(route);
  Count cached_now;
  Count cached_ever;
  for (const auto& route : readings.now.at("routes")) {
    auto name = route.at("route").get<std::string>();
    const auto ever = countOf(route);
    const auto now = ever.since(former[name]);
    const bool cached = route.at("cached").get<bool>();
    if (cached) {
      cached_now += now;
      cached_ever += ever;
    }
    figures.requests += now.all() / seconds;
    if (ever.all() <= 0) continue;
    figures.routes.push_back(
        {.route = std::move(name),
         .cached = cached,
         .requests = now.all() / seconds,
         .misses = cached ? now.handler / seconds : 0,
         .hitRatio = cached ? now.hitRatio() : std::nullopt,
         .fromCacheUs = averageUs(route.at("from_cache_ms").get<double>(), ever.cache),
         .fromHandlerUs = averageUs(route.at("from_handler_ms").get<double>(), ever.handler),
         .savedMs = route.at("saved_ms").get<double>()});
  }
  figures.misses = cached_now.handler / seconds;
  figures.hitRatio = cached_now.hitRatio();
  figures.hitRatioSinceStart = cached_ever.hitRatio();
  std::stable_sort(figures.routes.begin(), figures.routes.end(),
                   [](const auto& one, const auto& other) { return one.requests > other.requests; });
}

Json known(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::string durationOr(const std::optional<double>& microseconds) {
  return microseconds ? durationText(*microseconds) : "-";
}

// Eight heights, for eighths of 100 %.
std::string barOf(const HitRatios& history) {
  constexpr const char* bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string bar;
  for (const auto& ratio : history)
    bar += ratio ? bars[std::clamp(static_cast<int>(std::floor(8 * *ratio)), 0, 7)] : "·";
  return bar;
}

std::string routesAsText(const TopFigures& figures) {
  TextTable table({"ROUTE", "REQUESTS/S", "MISSES/S", "HITS", "CACHE", "HANDLER", "SAVED"});
  for (const auto& route : figures.routes) {
    table.add({route.route == "-" ? "(no route)" : printable(route.route), rateText(route.requests),
               route.cached ? rateText(route.misses) : "-",
               route.cached ? shareText(route.hitRatio) : "not cached", durationOr(route.fromCacheUs),
               durationOr(route.fromHandlerUs), route.cached ? durationText(1000 * route.savedMs) : "-"});
    if (&route - figures.routes.data() + 1 == static_cast<std::ptrdiff_t>(kMostRoutes)) break;
  }
  return table.text();
}

std::string hotKeysAsText(const TopFigures& figures) {
  if (figures.hotKeys.empty()) return "no hot keys\n";
  TextTable table({"HOT KEY", "REQUESTS/S", "HITS", "ROUTE"});
  for (const auto& key : figures.hotKeys)
    table.add({std::string(cutTo(printable(key.target), kLongestShownTarget)), rateText(key.requests),
               shareText(key.hitRatio), printable(key.route)});
  return table.text();
}

std::string memoryAsText(const TopFigures& figures) {
  std::string text;
  if (figures.entries) text += ", " + std::to_string(*figures.entries) + " entries";
  if (figures.bytes) text += ", " + bytesText(*figures.bytes);
  if (figures.capacity) text += " of " + bytesText(*figures.capacity);
  return text;
}

}  // namespace

TopFigures figuresOf(const TopReadings& readings) {
  const double seconds = std::max(std::chrono::duration<double>(readings.between).count(), 1e-3);
  TopFigures figures;
  addRoutes(readings, seconds, figures);
  figures.savedMs = readings.now.at("saved_ms").get<double>();
  figures.savedMsPerSecond =
      std::max(figures.savedMs - readings.before.at("saved_ms").get<double>(), 0.0) / seconds;
  addBackend(readings.backends, figures);
  for (const auto& key : readings.hotKeys.at("hot_keys"))
    figures.hotKeys.push_back({.target = key.at("target").get<std::string>(),
                               .route = key.at("route").get<std::string>(),
                               .requests = key.at("requests_per_second").get<double>(),
                               .hitRatio = key.at("hit_ratio").get<double>()});
  return figures;
}

Json asJson(const TopFigures& figures) {
  Json backend{{"name", figures.backend}, {"health", figures.health}};
  if (figures.entries) backend["entries"] = *figures.entries;
  if (figures.bytes) backend["bytes"] = *figures.bytes;
  if (figures.capacity) backend["capacity_bytes"] = *figures.capacity;
  Json routes = Json::array();
  for (const auto& route : figures.routes)
    routes.push_back({{"route", route.route},
                      {"cached", route.cached},
                      {"requests_per_second", route.requests},
                      {"misses_per_second", route.misses},
                      {"hit_ratio", known(route.hitRatio)},
                      {"from_cache_us", known(route.fromCacheUs)},
                      {"from_handler_us", known(route.fromHandlerUs)},
                      {"saved_ms", route.savedMs}});
  Json keys = Json::array();
  for (const auto& key : figures.hotKeys)
    keys.push_back({{"target", key.target},
                    {"route", key.route},
                    {"requests_per_second", key.requests},
                    {"hit_ratio", key.hitRatio}});
  return {{"hit_ratio", known(figures.hitRatio)},
          {"hit_ratio_since_start", known(figures.hitRatioSinceStart)},
          {"requests_per_second", figures.requests},
          {"misses_per_second", figures.misses},
          {"saved_ms", figures.savedMs},
          {"saved_ms_per_second", figures.savedMsPerSecond},
          {"backend", std::move(backend)},
          {"routes", std::move(routes)},
          {"hot_keys", std::move(keys)}};
}

std::string asText(const TopFigures& figures, const HitRatios& history) {
  return "hit ratio  " + shareText(figures.hitRatio) + " now, " + shareText(figures.hitRatioSinceStart) +
         " since the start  " + barOf(history) + "\nrequests   " + rateText(figures.requests) +
         " per second, " + rateText(figures.misses) + " of them misses\nsaved      " +
         durationText(1000 * figures.savedMsPerSecond) + " of handler time each second, " +
         durationText(1000 * figures.savedMs) + " since the start\nbackend    " + printable(figures.backend) +
         " " + printable(figures.health) + memoryAsText(figures) + "\n\n" + routesAsText(figures) + "\n" +
         hotKeysAsText(figures);
}

}  // namespace larder::host
