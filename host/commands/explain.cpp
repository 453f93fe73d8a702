// SPDX-License-Identifier: Apache-2.0
#include "commands/explain.hpp"

#include <larder/quantity.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>

#include "commands/admin_client.hpp"
#include "commands/plugin_text.hpp"
#include "http/comma_list.hpp"

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

std::size_t colonOf(const std::string& line) {
  const auto colon = line.find(':');
  if (colon == std::string::npos || colon == 0)
    throw std::invalid_argument("--header: \"" + line + "\" is not a header; write it as 'Name: value'");
  return colon;
}

// Joins several headers of one name into a list.
void addHeader(Json& headers, const std::string& line) {
  const auto colon = colonOf(line);
  const auto value = line.find_first_not_of(' ', colon + 1);
  auto& values = headers[line.substr(0, colon)];
  if (values.is_null()) values = Json::array();
  values.push_back(value == std::string::npos ? std::string() : line.substr(value));
}

void line(const std::string& name, const std::string& value) {
  std::cout << "  " << name << std::string(name.size() < 10 ? 10 - name.size() : 1, ' ') << printable(value)
            << '\n';
}

std::string durationAt(const Json& object, const std::string& name) {
  const auto ms = object.value(name, std::int64_t{0});
  return (ms < 0 ? "-" : "") + formatDuration(std::chrono::milliseconds(ms < 0 ? -ms : ms));
}

void printKey(const Json& key) {
  for (const auto& field : key.at("fields")) {
    const auto& value = field.at("value");
    line("key", field.at("name").get<std::string>() + " = " +
                    (value.is_null() ? std::string("(none)") : "\"" + value.get<std::string>() + "\""));
  }
  line("stored as", key.at("namespace").get<std::string>() + " " + key.at("stored").get<std::string>());
}

void printEntry(const Json& entry) {
  auto text = entry.at("state").get<std::string>();
  if (entry.contains("bytes")) text += ", " + formatSize(entry.at("bytes").get<std::int64_t>());
  if (entry.contains("age_ms"))
    text += ", age " + durationAt(entry, "age_ms") + ", ttl " + durationAt(entry, "ttl_ms");
  line("entry", text);
  if (!entry.value("tags", Json::array()).empty())
    line("tags", http::commaList(entry.at("tags").get<std::vector<std::string>>()));
}

void printText(const Json& answer) {
  std::cout << printable(answer.at("outcome").get<std::string>()) << ": "
            << printable(answer.at("reason").get<std::string>()) << '\n';
  if (answer.contains("route")) line("route", answer.at("route").get<std::string>());
  for (const auto& rule : answer.value("rules", Json::array()))
    line("rule", rule.at("rule").get<std::string>() + " " + rule.at("value").get<std::string>() + ", from " +
                     rule.at("from").get<std::string>());
  if (answer.contains("key")) printKey(answer.at("key"));
  if (answer.contains("entry")) printEntry(answer.at("entry"));
  std::cout << std::flush;
}

}  // namespace

Json describe(const ExplainOptions& request) {
  Json headers = Json::object();
  for (const auto& line : request.headers) addHeader(headers, line);
  return {{"url", request.url}, {"method", request.method}, {"headers", std::move(headers)}};
}

std::string queryFor(const ExplainOptions& request) {
  auto query = "?url=" + encodedForQuery(request.url) + "&method=" + encodedForQuery(request.method);
  for (const auto& line : request.headers) {
    colonOf(line);
    query += "&header=" + encodedForQuery(line);
  }
  return query;
}

void explain(const ExplainOptions& options, const ConfigSources& sources) {
  const auto description = describe(options);
  const AdminClient client(loadConfig(sources).admin, sources.environment);
  const auto answer = client.post("/api/explain", description);
  if (options.json) return print(answer);
  try {
    printText(answer);
  } catch (const Json::exception&) {
    throw std::runtime_error(
        "the response has an unknown form; the host may be of another version; use --json");
  }
}

}  // namespace larder::host
