// SPDX-License-Identifier: Apache-2.0
#include "commands/tail.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "commands/admin_client.hpp"
#include "commands/figure_text.hpp"
#include "commands/plugin_text.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds kPause{250};
constexpr std::size_t kPage = 1000;

std::string queryFor(const TailOptions& options) {
  auto query = "?limit=" + std::to_string(kPage);
  if (!options.route.empty()) query += "&route=" + encodedForQuery(options.route);
  if (!options.outcome.empty()) query += "&outcome=" + encodedForQuery(options.outcome);
  if (!options.status.empty()) query += "&status=" + encodedForQuery(options.status);
  return query;
}

// Of the day, UTC.
std::string timeText(std::int64_t since_1970) {
  using namespace std::chrono;
  const milliseconds time(since_1970);
  const hh_mm_ss clock(time - floor<days>(time));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%03d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text + ' ';
}

// "larder; fwd=uri-miss; stored" without the name of the cache.
std::string reasonIn(const Json& request) {
  const auto status = request.value("cache_status", std::string());
  constexpr std::string_view own = "larder; ";
  return status.starts_with(own) ? status.substr(own.size()) : status;
}

void printAsText(const Json& request) {
  std::cout << timeText(request.at("time_ms").get<std::int64_t>()) << ' ' << request.at("status").get<int>()
            << ' ' << padded(request.at("cache").get<std::string>(), 9)
            << padded(durationText(request.at("us").get<double>()), 7)
            << printable(request.at("method").get<std::string>()) << ' '
            << printable(request.at("target").get<std::string>());
  if (const auto reason = reasonIn(request); !reason.empty()) std::cout << "  (" << printable(reason) << ')';
  std::cout << '\n';
}

void printLine(const Json& request, bool json) {
  if (!json) return printAsText(request);
  std::cout << request.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace

void tail(const TailOptions& options, const ConfigSources& sources) {
  const AdminClient client(loadConfig(sources).admin, sources.environment);
  const auto path = "/api/requests" + queryFor(options);
  std::uint64_t printed = 0;
  try {
    auto next = client.get(path).at("next").get<std::uint64_t>();
    for (;;) {
      const auto page = client.get(path + "&since=" + std::to_string(next));
      if (const auto missed = page.at("missed").get<std::uint64_t>(); missed > 0)
        std::cerr << "larder: " << missed << " requests came too fast to be shown" << std::endl;
      for (const auto& request : page.at("requests")) {
        printLine(request, options.json);
        if (++printed == options.count) break;
      }
      std::cout << std::flush;
      if (!std::cout || (options.count > 0 && printed == options.count)) return;
      next = page.at("next").get<std::uint64_t>();  // less than before if the host has restarted
      if (page.at("requests").size() < kPage) std::this_thread::sleep_for(kPause);
    }
  } catch (const Json::exception&) {
    throw std::runtime_error("the answer is not understood; the host is of another version");
  }
}

}  // namespace larder::host
