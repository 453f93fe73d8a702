// SPDX-License-Identifier: Apache-2.0
#include "openapi/openapi.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "openapi/descriptions.hpp"

namespace larder::host {
namespace {

using nlohmann::json;

http::Router routerWith(const std::vector<std::pair<std::string, std::string>>& routes) {
  http::Router router;
  for (const auto& [method, pattern] : routes)
    router.add({.method = method, .pattern = pattern, .handler = [](const http::Request&) {
                  return http::Response::noContent();
                }});
  return router;
}

TEST(OpenApi, ListsEveryRouteEvenWithoutADescription) {
  const auto router = routerWith({{"GET", "/a/{id}/b/{part}"}, {"POST", "/a"}});

  const auto document = json::parse(openApiDocument(router, {{"POST /a", R"({"summary": "Adds"})"}}, "{}"));

  EXPECT_EQ(document["openapi"], "3.0.3");
  EXPECT_EQ(document["paths"]["/a"]["post"]["summary"], "Adds");
  const auto& parameters = document["paths"]["/a/{id}/b/{part}"]["get"]["parameters"];
  ASSERT_EQ(parameters.size(), 2u);
  EXPECT_EQ(parameters[0]["name"], "id");
  EXPECT_EQ(parameters[1]["name"], "part");
}

TEST(OpenApi, RefusesADescriptionOfAnUnknownRouteOrInInvalidJson) {
  const auto router = routerWith({{"GET", "/a"}});

  EXPECT_THROW(openApiDocument(router, {{"POST /a", "{}"}}, "{}"), std::invalid_argument);
  EXPECT_THROW(openApiDocument(router, {{"GET /b", "{}"}}, "{}"), std::invalid_argument);
  EXPECT_THROW(openApiDocument(router, {{"GET /a", "{"}}, "{}"), std::invalid_argument);
  EXPECT_THROW(openApiDocument(router, {}, "[]"), std::invalid_argument);
}

TEST(OpenApi, RefersOnlyToExistingComponents) {
  const auto components = json::parse(describedComponents());
  for (const auto& [route, operation] : operationDescriptions()) {
    const std::string text(operation);
    for (auto at = text.find("#/components"); at != std::string::npos;
         at = text.find("#/components", at + 1)) {
      const auto reference = text.substr(at + 12, text.find('"', at) - at - 12);
      EXPECT_TRUE(components.contains(json::json_pointer(reference))) << route << " " << reference;
    }
  }
}

}  // namespace
}  // namespace larder::host
