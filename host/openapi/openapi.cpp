// SPDX-License-Identifier: Apache-2.0
#include "openapi/openapi.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

Json parsed(std::string_view text, std::string_view what) {
  auto json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    throw std::invalid_argument("description of " + std::string(what) + ": is not a JSON object");
  return json;
}

Json pathParameters(const std::string& pattern) {
  Json parameters = Json::array();
  for (auto open = pattern.find('{'); open != std::string::npos; open = pattern.find('{', open + 1))
    parameters.push_back({{"name", pattern.substr(open + 1, pattern.find('}', open) - open - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}}}});
  return parameters;
}

Json undescribed(const http::Endpoint& endpoint) {
  Json operation{{"summary", endpoint.name()}};
  if (auto parameters = pathParameters(endpoint.pattern); !parameters.empty())
    operation["parameters"] = std::move(parameters);
  operation["responses"] = {{"default", {{"description", "Not described"}}}};
  return operation;
}

std::string inLowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

}  // namespace

std::string openApiDocument(const http::Router& router, const std::vector<OperationDescription>& descriptions,
                            std::string_view components) {
  Json paths = Json::object();
  for (const auto& endpoint : router.endpoints())
    paths[endpoint->pattern][inLowerCase(endpoint->method)] = undescribed(*endpoint);
  for (const auto& [route, operation] : descriptions) {
    const std::string path(route.substr(route.find(' ') + 1));
    const auto method = inLowerCase(std::string(route.substr(0, route.find(' '))));
    if (!paths.contains(path) || !paths[path].contains(method))
      throw std::invalid_argument("description of " + std::string(route) + ": the route does not exist");
    paths[path][method] = parsed(operation, route);
  }
  const Json document{{"openapi", "3.0.3"},
                      {"info", {{"title", "Larder"}, {"version", LARDER_VERSION}}},
                      {"paths", std::move(paths)},
                      {"components", parsed(components, "components")}};
  return document.dump() + "\n";
}

}  // namespace larder::host
