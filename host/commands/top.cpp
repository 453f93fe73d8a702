// SPDX-License-Identifier: Apache-2.0
#include "commands/top.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "commands/admin_client.hpp"
#include "commands/figure_text.hpp"
#include "commands/plugin_text.hpp"
#include "commands/top_figures.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::steady_clock;

constexpr std::size_t kHistory = 60;  // intervals
constexpr const char* kClearScreen = "\033[H\033[2J";

struct Size {
  std::size_t columns = 80;
  std::size_t lines = 24;
};

Size sizeOfTerminal() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

void printFitting(std::string_view text, const Size& size) {
  std::cout << kClearScreen;
  for (std::size_t line = 1; line < size.lines && !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    std::cout << cutTo(text.substr(0, end), size.columns) << '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::cout << std::flush;
}

struct Reading {
  explicit Reading(const AdminClient& client) : overview(client.get("/api/overview")) {}

  Json overview;
  steady_clock::time_point time = steady_clock::now();
};

}  // namespace

void top(const TopOptions& options, const ConfigSources& sources) {
  const auto admin = loadConfig(sources).admin;
  const AdminClient client(admin, sources.environment);
  const bool refreshes = !options.once && !options.json && ::isatty(STDOUT_FILENO) == 1;
  HitRatios history;
  try {
    Reading before(client);
    for (;;) {
      std::this_thread::sleep_for(options.interval);
      Reading now(client);
      const auto figures = figuresOf({.before = before.overview,
                                      .now = now.overview,
                                      .between = now.time - before.time,
                                      .backends = client.get("/api/backends"),
                                      .hotKeys = client.get("/api/hot-keys?limit=10")});
      if (options.json) return print(asJson(figures));
      history.push_back(figures.hitRatio);
      if (history.size() > kHistory) history.pop_front();
      const auto text = "larder at " + admin.address + "\n" + asText(figures, history);
      if (!refreshes) {
        std::cout << text << std::flush;
        return;
      }
      printFitting(text, sizeOfTerminal());
      if (!std::cout) return;
      before = std::move(now);
    }
  } catch (const Json::exception&) {
    throw std::runtime_error("the answer is not understood; the host is of another version");
  }
}

}  // namespace larder::host
