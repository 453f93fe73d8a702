// SPDX-License-Identifier: Apache-2.0
//
// A proxy that sends the requests of all its clients over one connection: bytes from one client must never
// become another client's request.
#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "host_process.hpp"
#include "servers/loopback.hpp"
#include "servers/nginx_server.hpp"
#include "servers/temp_directory.hpp"
#include "servers/text.hpp"

using namespace larder;
using namespace larder::system;
using namespace std::chrono_literals;
using servers::NginxServer;

namespace {

constexpr int kRounds = 10;

const std::string kHidden = "GET /hidden HTTP/1.1\r\nHost: larder\r\n\r\n";

std::string sized(const std::string& method, const std::string& body) {
  return method + " /users HTTP/1.1\r\nHost: larder\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

std::string chunked(const std::string& method, const std::string& body) {
  std::array<char, 16> size{};
  const auto end = std::to_chars(size.data(), size.data() + size.size(), body.size(), 16).ptr;
  return method +
         " /users HTTP/1.1\r\nHost: larder\r\nContent-Type: application/json\r\nTransfer-Encoding: "
         "chunked\r\n"
         "Connection: close\r\n\r\n" +
         std::string(size.data(), end) + "\r\n" + body + "\r\n0\r\n\r\n";
}

// Bodies that no handler reads, on a cached endpoint and elsewhere, containing a request; and heads that
// proxies and servers are known to interpret differently.
std::vector<std::string> attacks() {
  return {sized("GET", kHidden),
          chunked("GET", kHidden),
          sized("HEAD", kHidden),
          sized("DELETE", kHidden),
          sized("POST", kHidden),
          chunked("POST", kHidden),
          "GET /users HTTP/1.1\r\nHost: larder\r\nContent-Length: 5\r\nTransfer-Encoding: "
          "chunked\r\n\r\n0\r\n\r\n" +
              kHidden,
          "GET /users HTTP/1.1\r\nHost: larder\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n" + kHidden,
          "GET /users HTTP/1.1\r\nHost: larder\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + kHidden,
          "GET /users HTTP/1.1\r\nHost: larder\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + kHidden,
          "GET /users HTTP/1.1\r\nHost: larder\r\nConnection: Content-Length\r\nContent-Length: " +
              std::to_string(kHidden.size()) + "\r\n\r\n" + kHidden};
}

void replace(std::string& text, const std::string& part, const std::string& by) {
  const auto at = text.find(part);
  if (at == std::string::npos) throw std::runtime_error("the page has no longer \"" + part + "\"");
  text.replace(at, part.size(), by);
}

// The configuration in docs/recipes.md, with a port instead of 443 and its certificate, and with another
// socket.
std::string siteOfThePage(const std::filesystem::path& socket, std::uint16_t port) {
  const auto page = servers::contentsOf(LARDER_RECIPES_PAGE);
  const std::string begin = "```nginx\n";
  const auto from = page.find(begin) + begin.size();
  auto site = page.substr(from, page.find("```", from) - from);
  replace(site, "listen 443 ssl;",
          "listen 127.0.0.1:" + std::to_string(port) + "; location = /nginx { return 204; }");
  // The test's client ends its output after sending the request.
  replace(site, "location / {", "location / { proxy_ignore_client_abort on;");
  replace(site, "unix:/run/larder/larder.sock", "unix:" + socket.string());
  return site;
}

}  // namespace

TEST(BehindNginx, TheDocumentedConfigurationIdentifiesClientsUnforgeably) {
  const servers::TempDirectory directory("larder-nginx");
  const auto socket = directory.path() / "larder.sock";
  HostProcess larder({"--set", "server.address=unix:" + socket.string(), "--set",
                      "server.trusted_proxies=[\"unix\"]", "--set", "log.access=common"});
  const NginxServer nginx([&](std::uint16_t port) { return siteOfThePage(socket, port); });
  const std::string forged =
      "Host: shop.example\r\nX-Forwarded-For: 192.0.2.66\r\nX-Forwarded-Proto: https\r\n"
      "Forwarded: for=192.0.2.66\r\n";

  system::request(nginx.port(), "GET", "/users/1", "Host: shop.example\r\n");
  const auto answer = system::request(nginx.port(), "GET", "/users/1", forged);

  EXPECT_TRUE(answer.isHit()) << answer.text;  // not another scheme's
  const auto output = larder.terminate().output;
  EXPECT_TRUE(servers::contains(output, "\n127.0.0.1 - - [")) << output;
  EXPECT_FALSE(servers::contains(output, "192.0.2.66")) << output;
}

TEST(BehindNginx, AnUnreadBodyNeverBecomesARequest) {
  const HostProcess larder;
  const NginxServer nginx({larder.port()}, NginxServer::Upstream::keepsConnections);
  const auto users = system::request(nginx.port(), "GET", "/users", "Host: larder\r\n").body();
  ASSERT_FALSE(users.empty());

  for (int round = 0; round < kRounds; ++round)
    for (const auto& attack : attacks()) {
      servers::exchange(nginx.port(), attack, 5s);
      const auto listed = system::request(nginx.port(), "GET", "/users", "Host: larder\r\n");
      const auto single = system::request(nginx.port(), "GET", "/users/1", "Host: larder\r\n");

      ASSERT_EQ(listed.body(), users) << attack;
      ASSERT_EQ(single.status, 200) << attack << single.text;
      ASSERT_NE(single.body(), users) << attack;
    }

  // DELETE /users has no endpoint, and neither have the requests hidden in the bodies.
  EXPECT_EQ(
      larder.metric(
          "larder_cache_requests_total{cache=\"larder\",route=\"-\",result=\"none\",reason=\"no-policy\"}"),
      kRounds);
}
