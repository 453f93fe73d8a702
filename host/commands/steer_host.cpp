// SPDX-License-Identifier: Apache-2.0
#include "commands/steer_host.hpp"

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <utility>

#include "commands/admin_client.hpp"
#include "commands/plugin_text.hpp"
#include "commands/text_table.hpp"
#include "http/comma_list.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

AdminClient clientFor(const ConfigSources& sources) {
  return {loadConfig(sources).admin, sources.environment};
}

// A host of another version may answer with other members.
template <class Print>
void printed(Print print) {
  try {
    print();
  } catch (const Json::exception&) {
    throw std::runtime_error(
        "the response has an unknown form; the host may be of another version; use --json");
  }
}

Json bodyOf(const InvalidateOptions& options) {
  const auto named = {!options.request.url.empty(), !options.tag.empty(), !options.route.empty(),
                      !options.nameSpace.empty(), !options.key.empty()};
  if (std::count(named.begin(), named.end(), true) != 1)
    throw std::invalid_argument("invalidate: name one of URL, --tag, --route, --namespace and --key");
  if (!options.tag.empty()) return {{"tag", options.tag}};
  if (!options.route.empty()) return {{"route", options.route}};
  if (!options.nameSpace.empty()) return {{"namespace", options.nameSpace}};
  if (!options.key.empty()) return {{"key", options.key}};
  return describe(options.request);
}

std::string statAt(const Json& backend, const char* name) {
  const auto stats = backend.value("stats", Json::object());
  return stats.contains(name) ? std::to_string(stats.at(name).get<std::uint64_t>()) : "-";
}

void printBackends(const Json& answer, TableFormat format) {
  TextTable table({"NAME", "PLUGIN", "ACTIVE", "HEALTH", "ENTRIES", "BYTES", "HITS", "MISSES", "EVICTIONS"});
  for (const auto& backend : answer.at("backends"))
    table.add({printable(backend.at("name").get<std::string>()),
               printable(backend.at("plugin").get<std::string>()),
               backend.at("active").get<bool>() ? "yes" : "no", backend.value("health", std::string("-")),
               statAt(backend, "entries"), statAt(backend, "bytes"), statAt(backend, "hits"),
               statAt(backend, "misses"), statAt(backend, "evictions")});
  std::cout << table.in(format) << std::flush;
}

}  // namespace

void invalidate(const InvalidateOptions& options, const ConfigSources& sources) {
  const auto answer = clientFor(sources).post("/api/invalidate", bodyOf(options));
  printed([&] {
    for (const auto& [name, value] : answer.at("invalidated").items())
      std::cout << "invalidated " << name << ' '
                << printable(value.is_array() ? http::commaList(value.get<std::vector<std::string>>())
                                              : value.get<std::string>())
                << '\n';
    std::cout << std::flush;
  });
}

void swapBackend(const std::string& backend, const ConfigSources& sources) {
  const auto answer = clientFor(sources).post("/api/swap", {{"backend", backend}});
  printed([&] { std::cout << "active " << printable(answer.at("active").get<std::string>()) << std::endl; });
}

void reloadHost(const ConfigSources& sources) {
  const auto answer = clientFor(sources).post("/api/reload", Json::object());
  printed([&] {
    std::cout << "reloaded; active " << printable(answer.at("active").get<std::string>()) << std::endl;
  });
}

void listBackends(const ConfigSources& sources, TableFormat format) {
  const auto answer = clientFor(sources).get("/api/backends");
  if (format == TableFormat::json) return print(answer);
  printed([&] { printBackends(answer, format); });
}

void printStored(const ExplainOptions& request, const ConfigSources& sources) {
  const auto answer = clientFor(sources).get("/api/entry" + queryFor(request) + "&body=true");
  if (request.json) return print(answer);
  printed([&] {
    const auto& response = answer.at("response");
    std::cout << response.at("status").get<int>() << '\n';
    for (const auto& header : response.at("headers"))
      std::cout << printable(header.at(0).get<std::string>()) << ": "
                << printable(header.at(1).get<std::string>()) << '\n';
    std::cout << '\n' << response.at("body").get<std::string>() << std::flush;
  });
}

}  // namespace larder::host
