// SPDX-License-Identifier: Apache-2.0
//
// rediss:// with a redis-server whose certificates the test creates.
#include "open_redis.hpp"

#include "servers/child_process.hpp"
#include "servers/loopback.hpp"
#include "servers/program.hpp"
#include "servers/redis_server.hpp"
#include "servers/temp_directory.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace larder::redis_test {
namespace {

class Tls : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    files = std::make_unique<servers::TempDirectory>("redis-tls");
    for (const char* authority : {"ca", "stranger"})
      certify(authority, {"-subj", std::string("/CN=") + authority});
    certify("server", {"-subj", "/CN=server", "-addext", "subjectAltName=DNS:redis.test,IP:127.0.0.1", "-CA",
                       file("ca.pem"), "-CAkey", file("ca.key")});
    certify("client", {"-subj", "/CN=client", "-CA", file("ca.pem"), "-CAkey", file("ca.key")});
  }
  static void TearDownTestSuite() { files.reset(); }

  static std::string file(const std::string& name) { return (files->path() / name).string(); }

  // Creates NAME.pem and NAME.key, self-signed unless an issuer is given.
  static void certify(const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> command{servers::findProgram("openssl", "openssl"),
                                     "req",
                                     "-x509",
                                     "-newkey",
                                     "ec",
                                     "-pkeyopt",
                                     "ec_paramgen_curve:prime256v1",
                                     "-nodes",
                                     "-days",
                                     "2",
                                     "-keyout",
                                     file(name + ".key"),
                                     "-out",
                                     file(name + ".pem")};
    command.insert(command.end(), more.begin(), more.end());
    servers::ChildProcess openssl({.arguments = std::move(command), .log = file("log")});
    if (openssl.wait(std::chrono::seconds(30)) != 0) throw std::runtime_error("openssl req failed");
  }

  std::string url() const { return "rediss://127.0.0.1:" + std::to_string(port) + "/0"; }
  static BackendSettings trusting(const std::string& authority) {
    return {{"tls_ca", {file(authority + ".pem")}}};
  }
  static BackendSettings identified() {
    auto settings = trusting("ca");
    settings["tls_certificate"] = {file("client.pem")};
    settings["tls_key"] = {file("client.key")};
    return settings;
  }

  static inline std::unique_ptr<servers::TempDirectory> files;
  std::uint16_t port = servers::freeLoopbackPort();
  servers::RedisServer server{{"--tls-port", std::to_string(port), "--tls-cert-file", file("server.pem"),
                               "--tls-key-file", file("server.key"), "--tls-ca-cert-file", file("ca.pem")}};
};

TEST_F(Tls, AServerWithATrustedAuthorityIsAccepted) {
  OpenRedis redis(url(), identified());

  EXPECT_EQ(redis.set("k", "value"), Status::ok);
  EXPECT_EQ(redis.valueOf("k"), "value");
}

TEST_F(Tls, AValueThatSpansManyRecordsIsReturnedWhole) {
  OpenRedis redis(url(), identified());
  std::string large(3 << 20, 'x');
  for (std::size_t i = 0; i < large.size(); i += 997) large[i] = static_cast<char>('a' + i % 26);

  ASSERT_EQ(redis.set("k", large), Status::ok);

  EXPECT_TRUE(redis.valueOf("k") == large);
}

TEST_F(Tls, AServerWithAnotherAuthorityIsRefused) {
  OpenRedis redis(url(), trusting("stranger"));

  const auto reason = redis.health().await(Health::down).value_or("");

  EXPECT_NE(reason.find("certificate"), std::string::npos) << reason;
}

TEST_F(Tls, AServerWithAnotherNameIsRefused) {
  auto settings = identified();
  settings["tls_server_name"] = {"other.test"};
  OpenRedis redis(url(), settings);

  const auto reason = redis.health().await(Health::down).value_or("");

  EXPECT_NE(reason.find("certificate"), std::string::npos) << reason;
}

TEST_F(Tls, AServerIsVerifiedByTheConfiguredName) {
  auto settings = identified();
  settings["tls_server_name"] = {"redis.test"};
  OpenRedis redis(url(), settings);

  EXPECT_EQ(redis.set("k", "value"), Status::ok);
}

TEST_F(Tls, AClientWithoutItsCertificateIsRefused) {
  OpenRedis redis(url(), trusting("ca"));

  EXPECT_TRUE(redis.health().await(Health::down));
}

TEST_F(Tls, AMissingFileIsReportedWhenTheBackendIsOpened) {
  EXPECT_ANY_THROW(OpenRedis(url(), {{"tls_ca", {file("nowhere.pem")}}}));
}

TEST_F(Tls, ACallerReconnectsAfterARestartOfTheServer) {
  OpenRedis redis(url(), identified());
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  ASSERT_TRUE(redis.health().await(Health::up));

  server.stop();
  ASSERT_TRUE(redis.health().await(Health::down));
  server.start();

  ASSERT_TRUE(redis.health().await(Health::up));
  EXPECT_EQ(redis.set("k", "value"), Status::ok);
}

}  // namespace
}  // namespace larder::redis_test
