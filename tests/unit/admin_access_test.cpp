// SPDX-License-Identifier: Apache-2.0
#include "admin/admin_access.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace larder::host {
namespace {

const std::string kToken = "correct-horse-battery-staple";

http::Request request(std::string method, std::string path, const http::Headers& headers) {
  auto made = http::Request::of(std::move(method), std::move(path));
  made.headers = headers;
  return made;
}

// Returns the status of the refusal, 0 if there is none.
int refusalOf(const AdminAccess& access, const http::Request& request) {
  const auto refused = access.refusal(request);
  return refused ? refused->status : 0;
}

TEST(AdminAccess, WithoutATokenAdmitsRequestsForALoopbackName) {
  const AdminAccess access(std::nullopt);

  for (const std::string host :
       {"localhost", "localhost:9090", "LOCALHOST:1", "127.0.0.1:9090", "127.8.9.1", "[::1]:9090", "[::1]"})
    EXPECT_EQ(refusalOf(access, request("GET", "/metrics", {{"Host", host}})), 0) << host;
}

// A page may make its own name resolve to 127.0.0.1; the browser still sends that name.
TEST(AdminAccess, WithoutATokenRefusesEveryOtherName) {
  const AdminAccess access(std::nullopt);

  for (const std::string host :
       {"evil.example", "evil.example:9090", "127.0.0.1.evil.example", "127.evil:9090",
        "localhost.evil.example", "10.0.0.1:9090", "[::2]:9090", "", "0.0.0.0:9090"})
    EXPECT_EQ(refusalOf(access, request("GET", "/metrics", {{"Host", host}})), 403) << host;
  EXPECT_EQ(refusalOf(access, request("GET", "/metrics", {})), 403);
}

TEST(AdminAccess, RefusesAPageOfAnotherSite) {
  for (const AdminAccess& access : {AdminAccess(std::nullopt), AdminAccess(kToken)}) {
    for (const std::string origin :
         {"http://evil.example", "null", "http://localhost:8080", "localhost:9090", ""})
      EXPECT_EQ(refusalOf(access, request("GET", "/metrics",
                                          {{"Host", "localhost:9090"},
                                           {"Origin", origin},
                                           {"Authorization", "Bearer " + kToken}})),
                403)
          << origin;
    EXPECT_EQ(refusalOf(access, request("GET", "/metrics",
                                        {{"Host", "localhost:9090"},
                                         {"Origin", "http://localhost:9090"},
                                         {"Authorization", "Bearer " + kToken}})),
              0);
  }
}

TEST(AdminAccess, RefusesSubresourceRequestsFromPagesOfOtherSites) {
  const AdminAccess access(std::nullopt);
  const auto with = [&](const std::string& site, const std::string& mode) {
    return refusalOf(
        access, request("GET", "/api/routes",
                        {{"Host", "localhost:9090"}, {"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", mode}}));
  };

  EXPECT_EQ(with("cross-site", "no-cors"), 403);
  EXPECT_EQ(with("cross-site", "cors"), 403);
  EXPECT_EQ(with("cross-site", "navigate"), 0) << "a link";
  EXPECT_EQ(with("same-origin", "cors"), 0);
  EXPECT_EQ(with("none", "navigate"), 0);
}

TEST(AdminAccess, AcceptsOnlyAPostWithJson) {
  const AdminAccess access(std::nullopt);
  const auto post = [&](const std::string& type) {
    return refusalOf(access, request("POST", "/api/reload", {{"Host", "localhost"}, {"Content-Type", type}}));
  };

  EXPECT_EQ(post("application/json"), 0);
  EXPECT_EQ(post("Application/JSON ; charset=utf-8"), 0);
  for (const std::string form : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                                 "application/jsonp", "text/plain; application/json", ""})
    EXPECT_EQ(post(form), 415) << form;
  EXPECT_EQ(refusalOf(access, request("POST", "/api/reload", {{"Host", "localhost"}})), 415);
}

TEST(AdminAccess, WithATokenAdmitsItsHolderUnderAnyHostName) {
  const AdminAccess access(kToken);
  const auto with = [&](const std::string& authorization) {
    return refusalOf(
        access, request("GET", "/metrics", {{"Host", "cache.example"}, {"Authorization", authorization}}));
  };

  EXPECT_EQ(with("Bearer " + kToken), 0);
  EXPECT_EQ(with("bearer " + kToken), 0);
  for (const std::string wrong :
       {"", "Bearer", "Bearer ", "Bearer wrong", "Basic eA==", kToken.c_str(), "Bearer correct-horse"})
    EXPECT_EQ(with(wrong), 401) << wrong;
  EXPECT_EQ(with("Bearer " + kToken + kToken), 401);
  EXPECT_EQ(refusalOf(access, request("GET", "/metrics", {{"Host", "localhost"}})), 401);
}

TEST(AdminAccess, AcceptsTheTokenAsABasicPassword) {
  const AdminAccess access(kToken);
  const auto with = [&](const std::string& authorization) {
    return refusalOf(access,
                     request("GET", "/", {{"Host", "cache.example"}, {"Authorization", authorization}}));
  };

  EXPECT_EQ(with("Basic bGFyZGVyOmNvcnJlY3QtaG9yc2UtYmF0dGVyeS1zdGFwbGU="), 0) << "larder:" << kToken;
  EXPECT_EQ(with("basic OmNvcnJlY3QtaG9yc2UtYmF0dGVyeS1zdGFwbGU="), 0) << ":" << kToken;
  EXPECT_EQ(with("Basic bGFyZGVyOndyb25n"), 401) << "larder:wrong";
  EXPECT_EQ(with("Basic Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZTo="), 401) << "the token as the name";
  EXPECT_EQ(with("Basic Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ=="), 401) << "no colon";
  EXPECT_EQ(with("Basic ****"), 401) << "no base64";
  EXPECT_EQ(access.refusal(request("GET", "/", {{"Host", "cache.example"}}))
                ->headers.get("WWW-Authenticate")
                .value_or("")
                .substr(0, 6),
            "Basic ");
}

TEST(AdminAccess, NeedsNoTokenForHealth) {
  const AdminAccess access(kToken);

  EXPECT_EQ(refusalOf(access, request("GET", "/healthz", {{"Host", "10.0.0.1:9090"}})), 0);
  EXPECT_EQ(refusalOf(access, request("GET", "/readyz", {{"Host", "10.0.0.1:9090"}})), 0);
}

}  // namespace
}  // namespace larder::host
