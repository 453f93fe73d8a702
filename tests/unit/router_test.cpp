// SPDX-License-Identifier: Apache-2.0
#include <larder/http/router.hpp>

#include <gtest/gtest.h>

using namespace larder::http;
using larder::cache;
using namespace std::chrono_literals;

namespace {

Endpoint endpoint(std::string method, std::string pattern) {
  return {.method = std::move(method), .pattern = std::move(pattern), .handler = [](const Request&) {
            return Response();
          }};
}

std::string found(const Router& router, std::string method, std::string target) {
  auto request = Request::of(std::move(method), std::move(target));
  const auto match = router.match(request);
  return match.endpoint != nullptr ? match.endpoint->name() : "";
}

}  // namespace

TEST(RouterMatch, TakesParametersFromThePath) {
  Router router;
  router.add(endpoint("GET", "/users/{id}/files/{name}"));
  auto request = Request::of("GET", "/users/7/files/a%2Fb%20c?x=1");

  ASSERT_NE(router.match(request).endpoint, nullptr);

  EXPECT_EQ(request.param("id"), "7");
  EXPECT_EQ(request.param("name"), "a/b c");
}

TEST(RouterMatch, PrefersALiteralSegment) {
  Router router;
  router.add(endpoint("GET", "/users/{id}"));
  router.add(endpoint("GET", "/users/me"));

  EXPECT_EQ(found(router, "GET", "/users/me"), "GET /users/me");
  EXPECT_EQ(found(router, "GET", "/users/you"), "GET /users/{id}");
}

TEST(RouterMatch, FallsBackToAParameterIfTheLiteralLacksTheMethod) {
  Router router;
  router.add(endpoint("GET", "/users/me"));
  router.add(endpoint("DELETE", "/users/{id}"));

  EXPECT_EQ(found(router, "DELETE", "/users/me"), "DELETE /users/{id}");
}

TEST(RouterMatch, AnEscapedLiteralIsTheSameLiteral) {
  Router router;
  router.add(endpoint("GET", "/users/me"));

  EXPECT_EQ(found(router, "GET", "/%75sers/m%65"), "GET /users/me");
}

TEST(RouterMatch, TakesTheRootAndEmptySegmentsLiterally) {
  Router router;
  router.add(endpoint("GET", "/"));
  router.add(endpoint("GET", "/users/"));
  router.add(endpoint("GET", "/users/{id}/"));

  EXPECT_EQ(found(router, "GET", "/"), "GET /");
  EXPECT_EQ(found(router, "GET", "/users/"), "GET /users/");
  EXPECT_EQ(found(router, "GET", "/users/7/"), "GET /users/{id}/");
  EXPECT_EQ(found(router, "GET", "/users//"), "");
  EXPECT_EQ(found(router, "GET", "//"), "");
}

TEST(RouterMatch, ListsTheMethodsOfAllRoutesOfThePath) {
  Router router;
  router.add(endpoint("GET", "/users/me"));
  router.add(endpoint("DELETE", "/users/{id}"));
  auto request = Request::of("POST", "/users/me");

  EXPECT_EQ(router.match(request).allowed, (std::vector<std::string>{"GET", "DELETE"}));
}

TEST(RouterMatch, DistinguishesUnknownPathsFromUnknownMethods) {
  Router router;
  router.add(endpoint("GET", "/users"));
  auto other_method = Request::of("POST", "/users");
  auto other_path = Request::of("GET", "/user");

  EXPECT_TRUE(router.match(other_method).pathKnown);
  EXPECT_FALSE(router.match(other_path).pathKnown);
}

TEST(RouterMatch, IsStrictAboutCaseSlashesAndEscapes) {
  Router router;
  router.add(endpoint("GET", "/users"));
  router.add(endpoint("GET", "/users/{id}"));

  for (const auto* target : {"/Users", "/users/", "//users", "/users/%zz", "/users/1/x.js", "users", ""})
    EXPECT_EQ(found(router, "GET", target), "") << target;
}

TEST(RouterMatch, AnswersHeadFromGet) {
  Router router;
  router.add(endpoint("GET", "/users"));

  EXPECT_EQ(found(router, "HEAD", "/users"), "GET /users");
}

TEST(RouterAdd, RefusesAnInvalidRoute) {
  Router router;
  router.add(endpoint("GET", "/users"));
  auto unknown_in_tag = endpoint("GET", "/items/{id}");
  unknown_in_tag.policy = cache(30s).tag("item:{name}");
  auto unknown_in_invalidation = endpoint("PUT", "/items/{id}");
  unknown_in_invalidation.invalidates = {"item:{name}"};
  auto no_handler = endpoint("GET", "/items");
  no_handler.handler = nullptr;

  EXPECT_THROW(router.add(endpoint("GET", "/users")), std::invalid_argument);
  EXPECT_THROW(router.add(endpoint("GET", "items")), std::invalid_argument);
  EXPECT_THROW(router.add(endpoint("GET", "/items/{id")), std::invalid_argument);
  EXPECT_THROW(router.add(endpoint("GET", "/items/x{id}")), std::invalid_argument);
  EXPECT_THROW(router.add(unknown_in_tag), std::invalid_argument);
  EXPECT_THROW(router.add(unknown_in_invalidation), std::invalid_argument);
  EXPECT_THROW(router.add(no_handler), std::invalid_argument);
}

TEST(RouterMatch, MatchesTheRestOfAPathLast) {
  Router router;
  router.add(endpoint("GET", "/files/{path...}"));
  router.add(endpoint("GET", "/files/{name}"));
  router.add(endpoint("GET", "/files/new"));
  auto request = Request::of("GET", "/files/a/b%20c/");

  ASSERT_NE(router.match(request).endpoint, nullptr);

  EXPECT_EQ(request.param("path"), "a/b c/");
  EXPECT_EQ(found(router, "GET", "/files/new"), "GET /files/new");
  EXPECT_EQ(found(router, "GET", "/files/x"), "GET /files/{name}");
  EXPECT_EQ(found(router, "GET", "/files/"), "GET /files/{path...}");
  EXPECT_EQ(found(router, "GET", "/files"), "");
  EXPECT_THROW(router.add(endpoint("GET", "/{path...}/x")), std::invalid_argument);
}

TEST(RouterMatch, FillsTagsWithTheRestOfAPath) {
  Router router;
  auto tagged = endpoint("GET", "/files/{path...}");
  tagged.policy = cache(30s).tag("file:{path}");
  router.add(tagged);
  auto request = Request::of("GET", "/files/a/b");
  ASSERT_NE(router.match(request).endpoint, nullptr);

  EXPECT_EQ(fillIn("file:{path}", request), "file:a/b");
}

TEST(RouterMatch, FallsBackToTheEndpointOfAnyMethod) {
  Router router;
  router.add(endpoint("GET", "/users"));
  router.add(endpoint(std::string(Router::anyMethod), "/users"));

  EXPECT_EQ(found(router, "GET", "/users"), "GET /users");
  EXPECT_EQ(found(router, "HEAD", "/users"), "GET /users");
  EXPECT_EQ(found(router, "PURGE", "/users"), "* /users");
}
