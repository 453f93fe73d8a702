// SPDX-License-Identifier: Apache-2.0
#include <larder/http/session_cookie.hpp>

#include <gtest/gtest.h>

#include <larder/http/cross_site.hpp>

using namespace larder::http;

namespace {

const SessionCookie kCookie(true);

Request write(Headers headers) {
  auto request = Request::of("POST", "/");
  request.headers = std::move(headers);
  return request;
}

}  // namespace

TEST(SessionCookies, AreHostOnlySecureAndHttpOnly) {
  EXPECT_EQ(kCookie.set("id"), "__Host-sid=id; Path=/; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(kCookie.remove(), "__Host-sid=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure");
}

TEST(SessionCookies, WithoutTlsHaveANameThatBrowsersAccept) {
  const SessionCookie plain(false);

  EXPECT_EQ(plain.set("id"), "sid=id; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(plain.valueIn({{"Cookie", "sid=id"}}), "id");
  EXPECT_EQ(plain.valueIn({{"Cookie", "__Host-sid=id"}}), std::nullopt);
}

TEST(SessionCookies, AreFoundAmongOthers) {
  EXPECT_EQ(kCookie.valueIn({{"Cookie", "a=b; __Host-sid=id; c=d"}}), "id");
  EXPECT_EQ(kCookie.valueIn({{"cookie", "__Host-sid=id"}}), "id");
  EXPECT_EQ(kCookie.valueIn({{"Cookie", "a=b"}, {"Cookie", "__Host-sid=id;"}}), "id");
}

TEST(SessionCookies, OfAnotherNameAreNotTaken) {
  for (const char* cookies : {"", ";", "=", "__Host-sid", "__host-sid=id", "x__Host-sid=id", "__Host-sidx=id",
                              "a=__Host-sid=id", "__Host-sid =id"})
    EXPECT_EQ(kCookie.valueIn({{"Cookie", cookies}}), std::nullopt) << cookies;
}

TEST(SessionCookies, ThatComeTwiceAreNotTrusted) {
  EXPECT_EQ(kCookie.valueIn({{"Cookie", "__Host-sid=a; __Host-sid=b"}}), std::nullopt);
  EXPECT_EQ(kCookie.valueIn({{"Cookie", "__Host-sid=a"}, {"Cookie", "__Host-sid=a"}}), std::nullopt);
}

TEST(CrossSite, AWriteByTheHostsOwnPageOrByNoBrowserIsNotCrossSite) {
  EXPECT_FALSE(isCrossSiteWrite(write({{"Host", "shop.example"}})));
  EXPECT_FALSE(isCrossSiteWrite(write({{"Host", "shop.example"}, {"Origin", "https://shop.example"}})));
  EXPECT_FALSE(isCrossSiteWrite(write({{"Host", "localhost:8080"}, {"Origin", "http://localhost:8080"}})));
  EXPECT_FALSE(isCrossSiteWrite(
      write({{"Host", "inner"}, {"Origin", "https://shop.example"}, {"Sec-Fetch-Site", "same-origin"}})));
}

TEST(CrossSite, AWriteByAPageOfAnotherOriginIsCrossSite) {
  for (const char* origin : {"https://evil.example", "https://shop.example.evil.example", "null", "",
                             "https://shop.example:444", "shop.example"})
    EXPECT_TRUE(isCrossSiteWrite(write({{"Host", "shop.example"}, {"Origin", origin}}))) << origin;
  for (const char* site : {"cross-site", "same-site", "", "anything"})
    EXPECT_TRUE(isCrossSiteWrite(
        write({{"Host", "shop.example"}, {"Origin", "https://shop.example"}, {"Sec-Fetch-Site", site}})))
        << site;
}

TEST(CrossSite, AReadIsNotCrossSite) {
  auto request = write({{"Host", "shop.example"}, {"Sec-Fetch-Site", "cross-site"}});
  for (const char* method : {"GET", "HEAD", "OPTIONS"}) {
    request.method = method;
    EXPECT_FALSE(isCrossSiteWrite(request));
  }
}
