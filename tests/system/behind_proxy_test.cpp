// SPDX-License-Identifier: Apache-2.0
//
// The origin and host name of requests, and the addresses that the host listens on, on both fronts.
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "host_process.hpp"
#include "servers/child_process.hpp"
#include "servers/loopback.hpp"
#include "servers/temp_directory.hpp"
#include "servers/text.hpp"

using namespace larder;
using namespace larder::system;
using servers::contains;

namespace {

const std::string kTold = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n";

class Fronts : public testing::TestWithParam<const char*> {
 protected:
  std::vector<std::string> with(std::vector<std::string> settings) const {
    settings.push_back("server.front=" + std::string(GetParam()));
    std::vector<std::string> arguments;
    for (auto& setting : settings) {
      arguments.emplace_back("--set");
      arguments.push_back(std::move(setting));
    }
    return arguments;
  }
};

INSTANTIATE_TEST_SUITE_P(OfTheHost, Fronts, testing::Values("event", "poco"),
                         [](const auto& front) { return std::string(front.param); });

// A client of a Unix socket.
std::string ask(const std::filesystem::path& path, const std::string& target,
                const std::string& fields = {}) {
  const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const std::string request =
      "GET " + target + " HTTP/1.1\r\nHost: larder\r\nConnection: close\r\n" + fields + "\r\n";
  std::string answer;
  if (::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(client, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char block[4096];
    for (auto size = ::recv(client, block, sizeof block, 0); size > 0;
         size = ::recv(client, block, sizeof block, 0))
      answer.append(block, static_cast<std::size_t>(size));
  }
  ::close(client);
  return answer;
}

std::string logIn(const HostProcess& larder, const std::string& fields) {
  return larder
      .request("POST", "/sessions", fields, R"({"email":"nobody@example.com","password":"wrong-password"})")
      .text;
}

}  // namespace

TEST_P(Fronts, LogOnlyClientsReportedByATrustedProxy) {
  HostProcess trusting(with({"log.access=common", "server.trusted_proxies=[\"127.0.0.0/8\"]"}));
  HostProcess usual(with({"log.access=common"}));

  trusting.get("/users/1", kTold);
  usual.get("/users/1", kTold);

  EXPECT_TRUE(contains(trusting.terminate().output, "192.0.2.7 - - ["));
  const auto output = usual.terminate().output;
  EXPECT_FALSE(contains(output, "192.0.2.7")) << output;
  EXPECT_TRUE(contains(output, "127.0.0.1 - - [")) << output;
}

TEST_P(Fronts, ReadForwardedIfConfigured) {
  HostProcess larder(
      with({"log.access=common", "server.trusted_proxies=[\"127.0.0.1\"]", "server.forwarded_by=forwarded"}));

  larder.get("/users/1", "Forwarded: for=192.0.2.8;proto=https\r\n" + kTold);

  EXPECT_TRUE(contains(larder.terminate().output, "192.0.2.8 - - ["));
}

TEST_P(Fronts, CountLogInsByTheClientThatATrustedProxyNames) {
  const HostProcess larder(with({"server.trusted_proxies=[\"127.0.0.1\"]", "sessions.logins_per_address=1"}));
  const auto from = [](const std::string& client) { return "X-Forwarded-For: " + client + "\r\n"; };

  EXPECT_TRUE(logIn(larder, from("192.0.2.1")).starts_with("HTTP/1.1 401"));
  EXPECT_TRUE(logIn(larder, from("192.0.2.1")).starts_with("HTTP/1.1 429"));
  EXPECT_TRUE(logIn(larder, from("192.0.2.2")).starts_with("HTTP/1.1 401"));
}

TEST_P(Fronts, SendSecureCookiesToClientsOverTls) {
  const HostProcess larder(with({"server.trusted_proxies=[\"127.0.0.1\"]", "sessions.secure=false"}));
  const std::string account = R"({"email":"new@example.com","password":"correct-horse"})";
  ASSERT_EQ(larder
                .request("POST", "/users", {},
                         R"({"name":"New","email":"new@example.com","password":"correct-horse"})")
                .status,
            201);

  const auto over_tls = larder.request("POST", "/sessions", kTold, account).header("Set-Cookie");
  const auto plain = larder.request("POST", "/sessions", {}, account).header("Set-Cookie");

  EXPECT_TRUE(over_tls.ends_with("; Secure")) << over_tls;
  EXPECT_FALSE(plain.empty());
  EXPECT_FALSE(contains(plain, "Secure")) << plain;
}

TEST_P(Fronts, TreatAnHttpPageOfTheSameNameAsAnotherSiteForHttpsClients) {
  const HostProcess larder(with({"server.trusted_proxies=[\"127.0.0.1\"]"}));

  EXPECT_TRUE(logIn(larder, kTold + "Origin: http://larder\r\n").starts_with("HTTP/1.1 403"));
  EXPECT_TRUE(logIn(larder, kTold + "Origin: https://larder\r\n").starts_with("HTTP/1.1 401"));
  EXPECT_TRUE(logIn(larder, "Origin: http://larder\r\n").starts_with("HTTP/1.1 401"));
}

TEST_P(Fronts, CacheAResponsePerScheme) {
  const HostProcess larder(with({"server.trusted_proxies=[\"127.0.0.1\"]"}));
  larder.get("/users/1");

  EXPECT_TRUE(larder.get("/users/1").isHit());
  EXPECT_FALSE(larder.get("/users/1", kTold).isHit());
  EXPECT_TRUE(larder.get("/users/1", kTold).isHit());
}

TEST_P(Fronts, CacheOneResponseForAllNamesOfTheHost) {
  const HostProcess larder(with({"server.hosts=[\"localhost\", \"127.0.0.1\"]"}));
  const auto get = [&](const std::string& host) {
    return system::request(larder.port(), "GET", "/users/1", "Host: " + host + "\r\n");
  };
  get("localhost:8080");

  EXPECT_TRUE(get("127.0.0.1:8080").isHit());
  EXPECT_FALSE(get("other.example:8080").isHit());
}

TEST_P(Fronts, ListenOnAUnixSocketWithTheConfiguredModeAndRemoveIt) {
  const servers::TempDirectory directory("larder-socket");
  const auto path = directory.path() / "larder.sock";
  HostProcess larder(with({"server.address=unix:" + path.string(), "server.socket_mode=0640",
                           "log.access=common", "server.trusted_proxies=[\"unix\"]"}));
  struct stat file {};
  ASSERT_EQ(::lstat(path.c_str(), &file), 0);

  EXPECT_EQ(file.st_mode & 0777u, 0640u);
  EXPECT_TRUE(ask(path, "/users/1").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(contains(ask(path, "/users/1", kTold), "Cache-Status: larder"));
  const auto ended = larder.terminate();
  EXPECT_EQ(ended.status, 0);
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_TRUE(contains(ended.output, "address=unix:" + path.string())) << ended.output;
  EXPECT_TRUE(contains(ended.output, "192.0.2.7 - - [")) << ended.output;
  EXPECT_TRUE(contains(ended.output, "\n- - - [")) << ended.output;  // without a proxy's word
}

TEST_P(Fronts, ReplaceTheSocketOfAProcessThatWasKilled) {
  const servers::TempDirectory directory("larder-socket");
  const auto path = directory.path() / "larder.sock";
  {
    HostProcess killed(with({"server.address=unix:" + path.string()}));
    killed.signal(SIGKILL);
  }
  ASSERT_TRUE(std::filesystem::exists(path));

  const HostProcess larder(with({"server.address=unix:" + path.string()}));

  EXPECT_TRUE(ask(path, "/users/1").starts_with("HTTP/1.1 200"));
}

TEST_P(Fronts, LeaveASocketInUseAndAnOrdinaryFileUntouched) {
  const servers::TempDirectory directory("larder-socket");
  const auto path = directory.path() / "larder.sock";
  const auto file = directory.path() / "notes.txt";
  std::ofstream(file) << "mine";
  const HostProcess larder(with({"server.address=unix:" + path.string()}));
  const auto refusal = [&](const std::filesystem::path& at) {
    auto arguments = with({"server.address=unix:" + at.string(), "admin.address=127.0.0.1:0",
                           "users.database=sqlite::memory:"});
    arguments.insert(arguments.begin(), "serve");
    return runLarder(arguments);
  };

  const auto in_use = refusal(path);
  const auto no_socket = refusal(file);

  EXPECT_EQ(in_use.status, 1);
  EXPECT_TRUE(contains(in_use.output, "server.address: cannot listen on unix:" + path.string() +
                                          ": another process listens on it"))
      << in_use.output;
  EXPECT_TRUE(ask(path, "/users/1").starts_with("HTTP/1.1 200"));
  EXPECT_EQ(no_socket.status, 1);
  EXPECT_TRUE(contains(no_socket.output, "a file with this name is not a socket")) << no_socket.output;
  EXPECT_EQ(servers::contentsOf(file), "mine");
}

// Behaves like systemd: the socket exists before the program starts, has the number 3, and is named in the
// environment.
TEST_P(Fronts, UseTheSocketThatSystemdPasses) {
  const servers::TempDirectory directory("larder-systemd");
  const auto port = servers::freeLoopbackPort();
  const std::string activate = R"(
import os, socket, sys
web, other = socket.socket(), socket.socket()
web.bind(("127.0.0.1", int(sys.argv[1])))
web.listen()
other.bind(("127.0.0.1", 0))
other.listen()
spare = [os.dup(other.fileno()), os.dup(web.fileno())]
os.dup2(spare[0], 3)
os.dup2(spare[1], 4)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2", LISTEN_FDNAMES="other:web")
os.execv(sys.argv[2], sys.argv[2:])
)";
  auto arguments = with({"server.address=systemd:web", "admin.address=127.0.0.1:0",
                         "users.database=sqlite:" + (directory.path() / "users.db").string()});
  arguments.insert(arguments.begin(), {"/usr/bin/env", "python3", "-c", activate, std::to_string(port),
                                       LARDER_PROGRAM, "serve"});
  servers::ChildProcess child({.arguments = arguments, .log = directory.path() / "log"});

  Answer answer;
  while (answer.status == 0 && child.running())
    answer = system::request(port, "GET", "/users/1", "Host: larder\r\n");

  EXPECT_EQ(answer.status, 200) << servers::contentsOf(directory.path() / "log");
  child.end(SIGTERM, std::chrono::seconds(30));
  EXPECT_TRUE(
      contains(servers::contentsOf(directory.path() / "log"), "address=127.0.0.1:" + std::to_string(port)));
}

TEST(SystemdSocket, IsRefusedIfMissing) {
  const auto ended = runLarder({"serve", "--set", "server.address=systemd", "--set",
                                "admin.address=127.0.0.1:0", "--set", "users.database=sqlite::memory:"});

  EXPECT_EQ(ended.status, 1);
  EXPECT_TRUE(
      contains(ended.output, "server.address: systemd passed no socket; start this from a .socket unit"))
      << ended.output;
}
