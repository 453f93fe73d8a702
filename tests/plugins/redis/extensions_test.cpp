// SPDX-License-Identifier: Apache-2.0
//
// What the conformance kit cannot see of the extensions: how scripts are sent, where locks are stored, and
// that inspecting an entry does not count as a use.
#include "open_redis.hpp"

#include "servers/redis_server.hpp"

#include <larder/extensions.hpp>
#include <larder/rate_limit.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace larder::redis_test {
namespace {

using std::chrono_literals::operator""s;

class Extensions : public ::testing::Test {
 protected:
  Outcome add(std::string_view key, std::int64_t amount) {
    return increment(cache.backend(), "ns", key, amount, noExpiry, soon());
  }
  Deadline soon() { return cache.backend().in(5s); }
  std::string ask(const std::string& command) const { return redis_test::ask(server.port(), command); }

  // Returns how often the server has run `command`, in lower case.
  int callsOf(const std::string& command) const {
    const std::string statistics = commandStatistics(server.port());
    const std::string name = "cmdstat_" + command + ":calls=";
    const auto at = statistics.find(name);
    return at == std::string::npos ? 0 : std::stoi(statistics.substr(at + name.size()));
  }

  servers::RedisServer server;
  OpenRedis cache{server.url()};
};

TEST_F(Extensions, AScriptIsSentOnceAndThenCalledByItsHash) {
  ASSERT_EQ(cache.set("n", "0"), Status::ok);
  const int before = callsOf("eval");

  for (int i = 0; i < 5; ++i) ASSERT_EQ(add("n", 1).status, Status::ok);

  EXPECT_EQ(callsOf("eval") - before, 1);
  EXPECT_EQ(callsOf("evalsha"), 4);
}

TEST_F(Extensions, AScriptThatTheServerHasLostIsSentAgain) {
  ASSERT_EQ(add("n", 1).status, Status::ok);
  ASSERT_EQ(ask("SCRIPT FLUSH"), "+OK\r\n");

  const auto sum = add("n", 1);

  EXPECT_EQ(sum.status, Status::ok);
  EXPECT_EQ(sum.number, 2);
}

TEST_F(Extensions, AScriptThatTheServerHasLostDoesNotOvertakeOtherOperations) {
  ASSERT_EQ(add("n", 1).status, Status::ok);
  ASSERT_EQ(ask("SCRIPT FLUSH"), "+OK\r\n");
  const Operation number{
      .code = OpCode::increment, .nameSpace = "ns", .key = "n", .ttl = noExpiry, .number = 10};
  const Operation text{.code = OpCode::set, .nameSpace = "ns", .key = "n", .value = "text", .ttl = noExpiry};
  std::array<Outcome, 2> outcomes;

  cache.backend().perform(std::array{number, text}, outcomes, soon());

  EXPECT_EQ(outcomes[0].status, Status::unavailable);
  EXPECT_EQ(outcomes[1].status, Status::ok);
  EXPECT_EQ(cache.valueOf("n"), "text");
}

TEST_F(Extensions, ANumberWithLeadingZerosIsANumber) {
  ASSERT_EQ(cache.set("n", "-007"), Status::ok);
  EXPECT_EQ(add("n", 1).number, -6);

  ASSERT_EQ(cache.set("n", "-0"), Status::ok);
  EXPECT_EQ(add("n", INT64_MAX).number, INT64_MAX);
}

TEST_F(Extensions, ANumberThatWouldOverflowKeepsItsValueVersionAndTtl) {
  ASSERT_EQ(increment(cache.backend(), "ns", "n", INT64_MAX, 100s, soon()).status, Status::ok);
  const auto before = cache.get("n");

  ASSERT_EQ(add("n", 1).status, Status::notStored);

  const auto after = cache.get("n");
  EXPECT_EQ(after.value.view(), before.value.view());
  EXPECT_EQ(after.version, before.version);
  const auto left = introspect(cache.backend(), "ns", "n", soon()).ttl;
  ASSERT_TRUE(left);
  EXPECT_GT(*left, 50s);
  EXPECT_LE(*left, 100s);
}

TEST_F(Extensions, ALockIsASeparateKeyThatHoldsItsToken) {
  ASSERT_EQ(acquireLock(cache.backend(), "ns", "report", "token", 10s, soon()).status, Status::ok);

  EXPECT_EQ(storedUnder(server.port(), "larder:{2:ns}:lock:report"), "token");
}

TEST_F(Extensions, InspectingAnEntryDoesNotCountAsAUse) {
  ASSERT_EQ(ask("CONFIG SET maxmemory-policy allkeys-lfu"), "+OK\r\n");
  ASSERT_EQ(cache.set("k", "value"), Status::ok);
  const auto key = entryKey(server.port(), "k");
  const std::string unused = ask("OBJECT FREQ " + key);

  ASSERT_EQ(introspect(cache.backend(), "ns", "k", soon()).status, Status::ok);
  EXPECT_EQ(ask("OBJECT FREQ " + key), unused);

  ASSERT_EQ(cache.valueOf("k"), "value");
  EXPECT_NE(ask("OBJECT FREQ " + key), unused) << "the server does not count uses";
}

TEST_F(Extensions, AServerThatEvictsByFrequencyReportsNoIdleTimes) {
  ASSERT_EQ(cache.set("k", "value"), Status::ok);
  EXPECT_TRUE(introspect(cache.backend(), "ns", "k", soon()).idle);

  ASSERT_EQ(ask("CONFIG SET maxmemory-policy allkeys-lfu"), "+OK\r\n");

  EXPECT_FALSE(introspect(cache.backend(), "ns", "k", soon()).idle);
}

TEST_F(Extensions, ARateLimitCostsOneCommand) {
  const std::shared_ptr<Backend> backend(std::shared_ptr<void>(), &cache.backend());
  RateLimit limit(backend, "limit", 2, 10s);
  ASSERT_EQ(limit.admit("somebody"), Status::ok);
  const int before = callsOf("evalsha");

  EXPECT_EQ(limit.admit("somebody"), Status::ok);
  EXPECT_EQ(limit.admit("somebody"), Status::notStored);

  EXPECT_EQ(callsOf("evalsha") - before, 2);
}

}  // namespace
}  // namespace larder::redis_test
