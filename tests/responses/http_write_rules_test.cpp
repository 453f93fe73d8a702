// SPDX-License-Identifier: Apache-2.0
//
// What a write invalidates besides its own target: RFC 9111 4.4 and RFC 9875, on an in-memory and on a
// network backend.
#include <string>
#include <vector>

#include "responses/http_rules.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

/// Every path is a document; a write answers with the fields set by the test.
class HttpWrites : public HttpRules {
 protected:
  HttpWrites() {
    app_.get(
        "/{path...}",
        [this](const Request&) {
          ++runs_;
          return Response{200, groups_, "[1]"};
        },
        bounded());
    app_.any("/{path...}", [this](const Request&) { return Response{status_, answer_, ""}; });
  }

  bool isHit(const std::string& target, const std::string& host = "example.com") {
    const int before = runs_;
    app_.handle(request("GET", target, host));
    return runs_ == before;
  }
  // Returns whether the write erased the entry of `target`.
  bool takes(const std::string& target, Headers answer, const std::string& method = "POST",
             int status = 201) {
    isHit(target);
    EXPECT_TRUE(isHit(target)) << target;
    write(std::move(answer), method, status);
    return !isHit(target);
  }
  void write(Headers answer, const std::string& method = "POST", int status = 201) {
    answer_ = std::move(answer);
    status_ = status;
    app_.handle(request(method, "/orders/new?draft=1", "Example.com"));
  }
  static Request request(const std::string& method, const std::string& target, const std::string& host) {
    auto request = Request::of(method, target);
    request.headers.set("Host", host);
    return request;
  }

  App app_{cache_};
  Headers groups_;
  Headers answer_;
  int status_ = 201;
  int runs_ = 0;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(On, HttpWrites, ::testing::Values(Setup{lruAlone()}, Setup{tests::redis()}),
                         [](const auto& setup) { return setup.param.name; });

// 4.4: a host that differs from the write's only in case is the same origin, but has another key.
TEST_P(HttpWrites, LocationAndContentLocationOfTheSameHostAreErased) {
  const auto at = [this](const std::string& target) {
    auto get = request("GET", target, "Example.com");
    const int before = runs_;
    app_.handle(std::move(get));
    return runs_ == before;
  };
  const auto erases = [&](const std::string& target, const char* field, const std::string& reference,
                          const std::string& method = "POST", int status = 201) {
    at(target);
    EXPECT_TRUE(at(target)) << target;
    write({{field, reference}}, method, status);
    return !at(target);
  };

  for (const char* field : {"Location", "Content-Location"}) {
    EXPECT_TRUE(erases("/orders/7", field, "/orders/7")) << field;
    EXPECT_TRUE(erases("/orders/7", field, "7")) << field;
    EXPECT_TRUE(erases("/orders/7?a=b", field, "7?a=b#part")) << field;
    EXPECT_TRUE(erases("/menu", field, "../menu")) << field;
    EXPECT_TRUE(erases("/orders/", field, ".")) << field;
    EXPECT_TRUE(erases("/orders/new?x=1", field, "?x=1")) << field;
    EXPECT_TRUE(erases("/orders/7", field, "http://example.com/orders/7")) << field;
    EXPECT_TRUE(erases("/orders/7", field, "HTTPS://Example.com/orders/7")) << field;
    EXPECT_TRUE(erases("/", field, "//example.com")) << field;
    EXPECT_FALSE(erases("/orders/7", field, "http://example.org/orders/7")) << field;
    EXPECT_FALSE(erases("/orders/7", field, "http://example.com:8080/orders/7")) << field;
    EXPECT_FALSE(erases("/orders/7", field, "//example.org/orders/7")) << field;
    EXPECT_FALSE(erases("/orders/7", field, "mailto:/orders/7")) << field;
    EXPECT_FALSE(erases("/orders/7", field, "/orders/8")) << field;
  }
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH"})
    EXPECT_TRUE(erases("/orders/7", "Location", "/orders/7", method)) << method;
  EXPECT_TRUE(erases("/orders/7", "Location", "/orders/7", "POST", 303));
  for (const int status : {400, 404, 500})
    EXPECT_FALSE(erases("/orders/7", "Location", "/orders/7", "POST", status)) << status;
}

// RFC 9875
TEST_P(HttpWrites, GroupsOfTheResponseAreInvalidatedTogether) {
  groups_ = {{"Cache-Groups", "\"menu\", \"soups\";x=1"}};
  isHit("/0");  // the App learns that this handler adds tags
  isHit("/0");
  const auto by = [](const char* groups) { return Headers{{"Cache-Group-Invalidation", groups}}; };

  EXPECT_TRUE(takes("/1", by("\"menu\"")));
  EXPECT_TRUE(takes("/1", by("\"cakes\", \"soups\"")));
  EXPECT_FALSE(takes("/2", by("\"cakes\"")));
  EXPECT_FALSE(takes("/2", by("menu")));
  EXPECT_FALSE(takes("/2", by("\"menu\", 1")));
  EXPECT_FALSE(takes("/2", by("\"menu\","))) << "not a valid list";
  EXPECT_FALSE(takes("/2", by("\"menu\""), "POST", 500));
  EXPECT_FALSE(takes("/2", by("\"menu\""), "OPTIONS"));
  isHit("/2", "example.org");
  EXPECT_TRUE(takes("/2", by("\"menu\"")));
  EXPECT_TRUE(isHit("/2", "example.org")) << "a group belongs to one origin";
}
