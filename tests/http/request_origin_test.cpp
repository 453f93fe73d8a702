// SPDX-License-Identifier: Apache-2.0
#include <larder/http/request_origin.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace larder::http {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

Request settled(const OriginOptions& options, const std::string& peer, const Fields& fields) {
  auto request = Request::of("GET", "/users");
  request.clientAddress = peer;
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  RequestOrigin(options).settle(request);
  return request;
}

std::string clientOf(const OriginOptions& options, const std::string& peer, const Fields& fields) {
  return settled(options, peer, fields).clientAddress;
}

const OriginOptions kProxies{.trustedProxies = {"127.0.0.1", "10.0.0.0/8", "2001:db8::/33"}};
const OriginOptions kForwarded{.trustedProxies = {"127.0.0.1", "10.0.0.0/8"},
                               .forwardedBy = ForwardedBy::forwarded};

TEST(RequestOrigin, TrustsOnlyTheTrustedProxies) {
  const Fields told{{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Proto", "https"}};

  EXPECT_EQ(clientOf(kProxies, "127.0.0.1", told), "192.0.2.1");
  EXPECT_TRUE(settled(kProxies, "127.0.0.1", told).secure);
  EXPECT_EQ(clientOf(kProxies, "10.200.3.4", told), "192.0.2.1");
  EXPECT_EQ(clientOf(kProxies, "2001:db8:7fff::1", told), "192.0.2.1");
  for (const auto* stranger : {"127.0.0.2", "11.0.0.1", "2001:db8:8000::1", "192.0.2.9", ""}) {
    EXPECT_EQ(clientOf(kProxies, stranger, told), stranger);
    EXPECT_FALSE(settled(kProxies, stranger, told).secure) << stranger;
  }
  EXPECT_EQ(clientOf({}, "127.0.0.1", told), "127.0.0.1");
}

TEST(RequestOrigin, TrustsPeersOnAUnixSocketIfConfigured) {
  const Fields told{{"X-Forwarded-For", "192.0.2.1"}};

  EXPECT_EQ(clientOf({.trustedProxies = {"unix"}}, "", told), "192.0.2.1");
  EXPECT_EQ(clientOf({.trustedProxies = {"unix"}}, "127.0.0.1", told), "127.0.0.1");
}

TEST(RequestOrigin, TakesTheLastAddressThatIsNotATrustedProxy) {
  const auto client = [](const std::string& list) {
    return clientOf(kProxies, "127.0.0.1", {{"X-Forwarded-For", list}});
  };

  EXPECT_EQ(client("6.6.6.6, 192.0.2.1, 10.1.1.1"),
            "192.0.2.1");  // the first address comes from the client itself
  EXPECT_EQ(client("10.2.2.2, 10.1.1.1"), "10.2.2.2");
  EXPECT_EQ(client("\"6.6.6.6, 192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(client("192.0.2.1:4711"), "192.0.2.1");
  EXPECT_EQ(client("[2001:DB8:ffff::1]:80"), "2001:db8:ffff::1");
  EXPECT_EQ(
      clientOf(kProxies, "127.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-For", "10.1.1.1"}}),
      "192.0.2.1");
}

TEST(RequestOrigin, StopsAtAMalformedAddress) {
  for (const auto* nonsense :
       {"unknown", "", "192.0.2.1.5", "192.0.2.256", "::1%eth0", "[::1", "1.2.3.4;drop"})
    EXPECT_EQ(clientOf(kProxies, "127.0.0.1", {{"X-Forwarded-For", std::string("6.6.6.6, ") + nonsense}}),
              "127.0.0.1")
        << nonsense;
  EXPECT_EQ(clientOf(kProxies, "127.0.0.1", {{"X-Forwarded-For", "6.6.6.6, unknown, 10.1.1.1"}}), "10.1.1.1");
}

TEST(RequestOrigin, TakesTheSchemeFromTheProxyNearestTheClient) {
  const auto secure = [](const std::string& clients, const std::string& schemes) {
    Fields fields{{"X-Forwarded-Proto", schemes}};
    if (!clients.empty()) fields.emplace_back("X-Forwarded-For", clients);
    return settled(kProxies, "127.0.0.1", fields).secure;
  };

  EXPECT_TRUE(secure("", "https"));
  EXPECT_FALSE(secure("", "http"));
  EXPECT_TRUE(secure("192.0.2.1, 10.1.1.1", "https"));
  EXPECT_TRUE(secure("192.0.2.1, 10.1.1.1", "https, http"));
  EXPECT_FALSE(secure("192.0.2.1", "https, http"));  // the first scheme comes from the client itself
}

TEST(RequestOrigin, ReadsForwardedIfConfigured) {
  const auto read = [](const std::string& value) {
    return settled(kForwarded, "127.0.0.1", {{"Forwarded", value}, {"X-Forwarded-For", "6.6.6.6"}});
  };

  EXPECT_EQ(read("for=192.0.2.1;proto=https;by=10.0.0.1").clientAddress, "192.0.2.1");
  EXPECT_TRUE(read("for=192.0.2.1;proto=https").secure);
  EXPECT_EQ(read("For=\"[2001:db8::1]:4711\"").clientAddress, "2001:db8::1");
  EXPECT_EQ(read("for=6.6.6.6, for=192.0.2.1;proto=https, for=10.1.1.1;proto=http").clientAddress,
            "192.0.2.1");
  EXPECT_TRUE(read("for=6.6.6.6, for=192.0.2.1;proto=https, for=10.1.1.1;proto=http").secure);
  EXPECT_EQ(read("for=_hidden;proto=https").clientAddress, "127.0.0.1");
  EXPECT_EQ(read("for=\"6.6.6.6, for=192.0.2.1").clientAddress, "127.0.0.1");  // one element, never closed
  EXPECT_EQ(clientOf(kForwarded, "127.0.0.1", {{"X-Forwarded-For", "6.6.6.6"}}), "127.0.0.1");
  EXPECT_EQ(clientOf(kProxies, "127.0.0.1", {{"Forwarded", "for=6.6.6.6"}}), "127.0.0.1");
}

TEST(RequestOrigin, MapsEachNameOfTheServerToTheFirst) {
  const OriginOptions names{.hosts = {"shop.example", "localhost", "[::1]"}};
  const auto host = [&](const std::string& name) {
    return std::string(*settled(names, "192.0.2.1", {{"Host", name}}).headers.get("Host"));
  };

  EXPECT_EQ(host("localhost"), "shop.example");
  EXPECT_EQ(host("LOCALHOST:8080"), "shop.example:8080");
  EXPECT_EQ(host("Shop.Example"), "shop.example");
  EXPECT_EQ(host("[::1]:8080"), "shop.example:8080");
  EXPECT_EQ(host("evil.example"), "evil.example");
  EXPECT_EQ(host("localhost.evil.example"), "localhost.evil.example");
}

TEST(RequestOrigin, KeepsTheServersOwnPagesSameOrigin) {
  const OriginOptions names{.hosts = {"shop.example", "localhost"}};
  const auto origin = [&](const std::string& value) {
    return std::string(
        *settled(names, "192.0.2.1", {{"Host", "localhost"}, {"Origin", value}}).headers.get("Origin"));
  };

  EXPECT_EQ(origin("http://localhost:8080"), "http://shop.example:8080");
  EXPECT_EQ(origin("https://evil.example"), "https://evil.example");
  EXPECT_EQ(origin("null"), "null");
}

TEST(RequestOrigin, RefusesMalformedAddressesNetworksAndNames) {
  for (const auto* proxy : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "::/129", "127.0.0.1:80", "10.0.0.0/8x"})
    EXPECT_THROW(RequestOrigin({.trustedProxies = {proxy}}), std::invalid_argument) << proxy;
  for (const auto* host : {"", "shop.example:80", "http://shop.example", "a b"})
    EXPECT_THROW(RequestOrigin({.hosts = {host}}), std::invalid_argument) << host;
}

}  // namespace
}  // namespace larder::http
