// SPDX-License-Identifier: Apache-2.0
#include "commands/what_if.hpp"

#include <cstdint>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "commands/admin_client.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

Json sizingOf(const AdminClient& client) {
  auto sizing = client.get("/api/overview").at("sizing");
  if (sizing.is_null())
    throw std::runtime_error("what-if: the cache's backend makes no estimate; lru makes one");
  return sizing;
}

// The hits and the time of each point are sums over `gets`; the rate makes them values per minute.
Json perMinute(const Json& sizing, double lookups_per_minute) {
  const auto gets = sizing.at("gets").get<double>();
  Json points = Json::array();
  for (const auto& point : sizing.at("points")) {
    const auto percent = point.at("percent").get<unsigned>();
    const double ratio = gets > 0 ? point.at("hits").get<double>() / gets : 0.0;
    const double saved = gets > 0 ? point.at("saved_ms").get<double>() / gets / 1000 : 0.0;
    Json shown{{"percent", percent}};
    if (const auto& capacity = sizing.at("capacity_bytes"); !capacity.is_null())
      shown["bytes"] = capacity.get<std::uint64_t>() * percent / 100;
    shown["hit_ratio"] = ratio;
    shown["hits_per_minute"] = ratio * lookups_per_minute;
    shown["saved_seconds_per_minute"] = saved * lookups_per_minute;
    points.push_back(std::move(shown));
  }
  return {{"backend", sizing.at("backend")}, {"lookups_per_minute", lookups_per_minute}, {"sizes", points}};
}

std::string fixed(double number, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << number;
  return text.str();
}

std::string print(const Json& estimate, TableFormat format) {
  if (format == TableFormat::json) return estimate.dump(2) + '\n';
  TextTable table({"MEMORY", "BYTES", "HIT_RATIO", "HITS_PER_MINUTE", "SAVED_S_PER_MINUTE"});
  for (const auto& size : estimate.at("sizes"))
    table.add({std::to_string(size.at("percent").get<unsigned>()) + "%",
               size.contains("bytes") ? std::to_string(size.at("bytes").get<std::uint64_t>()) : "-",
               fixed(size.at("hit_ratio").get<double>(), 4),
               fixed(size.at("hits_per_minute").get<double>(), 0),
               fixed(size.at("saved_seconds_per_minute").get<double>(), 2)});
  return table.in(format);
}

}  // namespace

void whatIf(std::chrono::milliseconds interval, TableFormat format, const ConfigSources& sources) try {
  const AdminClient client(loadConfig(sources).admin, sources.environment);
  const auto lookups = [](const Json& sizing) { return sizing.at("lookups").get<double>(); };
  const double before = lookups(sizingOf(client));
  const auto begun = Clock::now();
  std::this_thread::sleep_for(interval);
  const Json sizing = sizingOf(client);
  const std::chrono::duration<double, std::ratio<60>> minutes = Clock::now() - begun;
  const double rate = lookups(sizing) >= before ? (lookups(sizing) - before) / minutes.count() : 0.0;
  std::cout << print(perMinute(sizing, rate), format) << std::flush;
} catch (const Json::exception&) {
  throw std::runtime_error("the answer is not understood; the host is of another version");
}

}  // namespace larder::host
