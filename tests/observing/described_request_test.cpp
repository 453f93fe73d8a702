// SPDX-License-Identifier: Apache-2.0
#include "admin/described_request.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;

http::Request read(const std::string& json) { return describedRequest(Json::parse(json), ServerConfig{}); }

http::Request readQuery(const std::string& query) {
  return describedRequest(http::Request::of("GET", "/api/explain?" + query), ServerConfig{});
}

TEST(DescribedRequest, AcceptsAPathAsAClientSendsIt) {
  const auto request = read(R"({"url":"/users/a%20b?limit=5#top"})");

  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.path, "/users/a%20b");
  EXPECT_EQ(request.target, "/users/a%20b?limit=5");
  EXPECT_EQ(request.queryParam("limit"), "5");
  EXPECT_EQ(request.headers.get("Host"), "127.0.0.1:8080");
}

TEST(DescribedRequest, TakesTheHostFromAUrl) {
  EXPECT_EQ(read(R"({"url":"http://larder:8080/users"})").headers.get("Host"), "larder:8080");
  EXPECT_EQ(read(R"({"url":"https://larder"})").path, "/");
  EXPECT_EQ(read(R"({"url":"http://[::1]:8080/a/b"})").path, "/a/b");
}

TEST(DescribedRequest, AHostHeaderTakesPrecedence) {
  const auto request = read(R"({"url":"http://larder/users","headers":{"host":"other"}})");

  EXPECT_EQ(request.headers.joined("Host"), "other");
}

TEST(DescribedRequest, TakesSeveralHeadersOfOneName) {
  const auto request =
      read(R"({"url":"/","method":"HEAD","headers":{"Accept":["a","b"],"Range":"bytes=1-"}})");

  EXPECT_EQ(request.method, "HEAD");
  EXPECT_EQ(request.headers.joined("Accept"), "a, b");
  EXPECT_EQ(request.headers.get("Range"), "bytes=1-");
}

TEST(DescribedRequest, IsReadFromAQueryToo) {
  const auto request = readQuery("url=%2Fusers%3Flimit%3D5&method=HEAD&header=Accept:%20a&header=X:b");

  EXPECT_EQ(request.method, "HEAD");
  EXPECT_EQ(request.queryParam("limit"), "5");
  EXPECT_EQ(request.headers.get("Accept"), "a");
  EXPECT_EQ(request.headers.get("X"), "b");
}

TEST(DescribedRequest, RefusesMalformedDescriptions) {
  for (const std::string wrong :
       {R"({})", R"({"url":""})", R"({"url":7})", R"({"url":"users"})", R"({"url":"ftp://a/b"})",
        R"({"url":"http://"})", R"({"url":"http:///users"})", R"({"url":"http://u:p@a/"})",
        R"({"url":"http://a?b"})", R"({"url":"/","method":""})", R"({"url":"/","headers":[]})",
        R"({"url":"/","headers":{"A":1}})", R"({"url":"/","headers":{"A b":"c"}})",
        R"({"url":"/","headers":{"A":"b\r\nC: d"}})", R"({"url":"/","body":"x"})"})
    EXPECT_THROW(read(wrong), std::invalid_argument) << wrong;
  EXPECT_THROW(readQuery("header=A:b"), std::invalid_argument);
  EXPECT_THROW(readQuery("url=/&header=none"), std::invalid_argument);
}

TEST(DescribedRequest, DefaultsToTheHostNameThatClientsUse) {
  const auto host = [](const ServerConfig& server, const std::string& url) {
    return std::string(*describedRequest(Json{{"url", url}}, server).headers.get("Host"));
  };
  const http::OriginOptions names{.hosts = {"localhost", "127.0.0.1"}};

  EXPECT_EQ(host({}, "/users"), "127.0.0.1:8080");
  EXPECT_EQ(host({.address = "unix:/run/larder.sock"}, "/users"), "localhost");
  EXPECT_EQ(host({.origin = names}, "/users"), "localhost:8080");
  EXPECT_EQ(host({.origin = names}, "http://127.0.0.1:8080/users"), "localhost:8080");
  EXPECT_EQ(host({.origin = {.trustedProxies = {"127.0.0.1"}, .hosts = {"shop.example"}}}, "/users"),
            "shop.example");
}

TEST(DescribedRequest, IsSecureIfTheUrlIsHttps) {
  EXPECT_TRUE(read(R"({"url":"https://shop.example/users"})").secure);
  EXPECT_FALSE(read(R"({"url":"http://shop.example/users"})").secure);
}

}  // namespace
}  // namespace larder::host
