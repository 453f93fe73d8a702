// SPDX-License-Identifier: Apache-2.0
//
// How the plugin logs in: as users of the server's access list, and with a password from a file that changes.
#include "open_redis.hpp"

#include "servers/redis_server.hpp"
#include "servers/temp_directory.hpp"

#include <larder/extensions.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace larder::redis_test {
namespace {

using namespace std::chrono_literals;

class Login : public ::testing::Test {
 protected:
  // The rights that plugins/redis/README.md says a user needs.
  static constexpr const char* rights =
      "~larder:* &__redis__:invalidate +ping +get +set +del +unlink +exists +pttl +pexpire +scan +eval "
      "+evalsha +persist +getrange +incrby +object|idletime +client|setname +client|id +client|tracking "
      "+subscribe +info";

  void SetUp() override {
    ASSERT_EQ(ask(std::string("ACL SETUSER app on >old ") + rights), "+OK\r\n");
    write("old");
  }

  std::string ask(const std::string& command) const { return redis_test::ask(server.port(), command); }

  // Replaces the file atomically, as secrets are replaced.
  void write(const std::string& password) const {
    const auto next = files.path() / "next";
    std::ofstream(next) << password << "\n";
    std::filesystem::rename(next, file());
  }
  std::filesystem::path file() const { return files.path() / "password"; }
  std::string url() const { return "redis://app@127.0.0.1:" + std::to_string(server.port()); }
  BackendSettings withFile() const { return {{"auth_file", {file().string()}}}; }

  // Returns a counter that INFO commandstats reports for AUTH.
  int ofAuth(const std::string& counter) const {
    const std::string statistics = commandStatistics(server.port());
    const auto line = statistics.find("cmdstat_auth:");
    const auto at = line == std::string::npos ? line : statistics.find(counter + "=", line);
    return at == std::string::npos ? 0 : std::stoi(statistics.substr(at + counter.size() + 1));
  }

  servers::RedisServer server;
  servers::TempDirectory files{"redis-login"};
};

TEST_F(Login, ReadsThePasswordFromTheFile) {
  OpenRedis redis(url(), withFile());

  EXPECT_EQ(redis.set("k", "value"), Status::ok);

  EXPECT_NE(ask("CLIENT LIST").find("user=app"), std::string::npos);
}

TEST_F(Login, AChangedPasswordIsSentOnTheExistingConnection) {
  OpenRedis redis(url(), withFile());
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  ASSERT_EQ(ask("ACL SETUSER app >new"), "+OK\r\n");
  const int before = ofAuth("calls");

  write("new");

  EXPECT_TRUE(eventually([&] { return ofAuth("calls") > before; }));
  EXPECT_EQ(ofAuth("failed_calls"), 0);
  EXPECT_EQ(redis.valueOf("k"), "value");
  EXPECT_EQ(redis.backend().stats().reconnects, 0u);
}

TEST_F(Login, AChangedPasswordIsSentWhileALoneCallerUsesTheConnection) {
  OpenRedis redis(url(), withFile());
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  ASSERT_EQ(ask("ACL SETUSER app >new"), "+OK\r\n");
  const int before = ofAuth("calls");

  write("new");

  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < 100; ++i)
      if (redis.valueOf("k") != "value") return false;
    return ofAuth("calls") > before;
  }));
  EXPECT_EQ(redis.backend().stats().reconnects, 0u);
}

TEST_F(Login, AChangedPasswordIsUsedByTheNextConnection) {
  OpenRedis redis(url(), withFile());
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  write("new");

  ASSERT_EQ(ask("ACL SETUSER app resetpass >new"), "+OK\r\n");
  ASSERT_EQ(ask("CLIENT KILL USER app"), ":1\r\n");

  EXPECT_TRUE(eventually([&] { return redis.valueOf("k") == "value"; }));
}

TEST_F(Login, ARefusedPasswordLeavesThePreviousLogin) {
  OpenRedis redis(url(), withFile());
  ASSERT_EQ(redis.set("k", "value"), Status::ok);

  write("wrong");

  EXPECT_TRUE(eventually([&] { return ofAuth("failed_calls") > 0; }));
  EXPECT_EQ(redis.valueOf("k"), "value");
  EXPECT_EQ(redis.backend().stats().reconnects, 0u);
}

TEST_F(Login, AFileThatIsRemovedLeavesThePreviousPassword) {
  OpenRedis redis(url(), withFile());
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  std::filesystem::remove(file());

  ASSERT_EQ(ask("CLIENT KILL USER app"), ":1\r\n");

  EXPECT_TRUE(eventually([&] { return redis.valueOf("k") == "value"; }));
}

TEST_F(Login, AFileWithoutAPasswordIsRefusedAndTheOptionNamed) {
  const auto refusal = [&](const std::filesystem::path& path) -> std::string {
    try {
      OpenRedis redis(url(), {{"auth_file", {path.string()}}});
    } catch (const std::exception& fault) {
      return fault.what();
    }
    return "";
  };
  std::ofstream(files.path() / "empty") << "\n";

  EXPECT_NE(refusal(files.path() / "missing").find("auth_file"), std::string::npos);
  EXPECT_NE(refusal(files.path()).find("auth_file"), std::string::npos);
  EXPECT_NE(refusal(files.path() / "empty").find("auth_file"), std::string::npos);
}

TEST_F(Login, TwoPasswordsOrAUserWithoutOneAreRefused) {
  const std::string host = "127.0.0.1:" + std::to_string(server.port());

  EXPECT_THROW(OpenRedis("redis://app:old@" + host, withFile()), std::exception);
  try {
    OpenRedis("redis://hunter2@" + host);
    ADD_FAILURE() << "a user without a password is accepted";
  } catch (const std::exception& fault) {
    EXPECT_EQ(std::string(fault.what()).find("hunter2"), std::string::npos) << "the text may be a password";
  }
}

TEST_F(Login, AUserWithTheDocumentedRightsCanDoEverything) {
  OpenRedis redis("redis://app:old@127.0.0.1:" + std::to_string(server.port()));
  Backend& backend = redis.backend();
  const Deadline soon = backend.in(10s);
  const auto perform = [&](Operation operation) {
    operation.nameSpace = "ns";
    if (operation.key.empty()) operation.key = "k";
    return backend.perform(operation, soon).status;
  };
  const auto feed = InvalidationFeed::open(backend, {});
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  const auto version = redis.get("k").version;

  EXPECT_EQ(perform({.code = OpCode::set,
                     .flags = OperationFlags::ifVersion | OperationFlags::keepTtl,
                     .value = "v",
                     .expectedVersion = version}),
            Status::ok);
  EXPECT_EQ(perform({.code = OpCode::touch, .ttl = 1h}), Status::ok);
  EXPECT_EQ(perform({.code = OpCode::touch, .ttl = noExpiry}), Status::ok);
  EXPECT_EQ(perform({.code = OpCode::exists}), Status::ok);
  EXPECT_EQ(perform({.code = OpCode::ttl}), Status::ok);
  EXPECT_EQ(compareSet(backend, "ns", "k", "v", "w", 1h, soon).status, Status::ok);
  EXPECT_EQ(increment(backend, "ns", "n", INT64_MAX, 1h, soon).status, Status::ok);
  EXPECT_EQ(introspect(backend, "ns", "k", soon).status, Status::ok);
  EXPECT_EQ(scan(backend, "ns", "", 10, "", soon).status, Status::ok);
  EXPECT_EQ(acquireLock(backend, "ns", "l", "token", 1h, soon).status, Status::ok);
  EXPECT_EQ(releaseLock(backend, "ns", "l", "token", soon).status, Status::ok);
  EXPECT_EQ(perform({.code = OpCode::erase, .flags = OperationFlags::ifVersion, .expectedVersion = 1}),
            Status::notStored);
  EXPECT_EQ(perform({.code = OpCode::erase}), Status::ok);
  EXPECT_EQ(redis.clear(), Status::ok);
  EXPECT_EQ(perform({.code = OpCode::ping}), Status::ok);
  EXPECT_NE(ask("CLIENT LIST").find("name=larder"), std::string::npos);
  EXPECT_EQ(ask("ACL LOG"), "*0\r\n") << "the server refused a command";
}

TEST_F(Login, ConnectionsHaveTheConfiguredName) {
  OpenRedis redis(server.url(), {{"client_name", {"shop-7"}}});
  ASSERT_EQ(redis.set("k", "value"), Status::ok);

  EXPECT_NE(ask("CLIENT LIST").find("name=shop-7"), std::string::npos);
  EXPECT_THROW(OpenRedis(server.url(), {{"client_name", {"two words"}}}), std::exception);
}

}  // namespace
}  // namespace larder::redis_test
