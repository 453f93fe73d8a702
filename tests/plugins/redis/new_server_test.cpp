// SPDX-License-Identifier: Apache-2.0
//
// A server that restarts from a snapshot, or a replica that is promoted: its data may be older than what its
// predecessor had acknowledged.
#include "open_redis.hpp"

#include "conformance/fault_proxy.hpp"
#include "servers/redis_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace larder::redis_test {
namespace {

using namespace std::chrono_literals;

class NewServer : public ::testing::Test {
 protected:
  std::string ask(const std::string& command) { return redis_test::ask(server.port(), command); }

  // Restarts the server with the data of its snapshot.
  void comeBackOlder() {
    server.stop();
    server.start();
  }

  // Repeats a GET, because the first answers after a lost connection may be failures.
  static Outcome answerOf(OpenRedis& redis, std::string_view key) {
    Outcome answer;
    EXPECT_TRUE(eventually([&] {
      answer = redis.get(key);
      return !failed(answer.status);
    }));
    return answer;
  }

  servers::RedisServer server{{"--dbfilename", "dump.rdb"}};
};

TEST_F(NewServer, AnInvalidatedEntryDoesNotComeBackWithTheSnapshot) {
  OpenRedis redis(server.url());
  ASSERT_EQ(redis.set("k", "old"), Status::ok);
  ASSERT_EQ(ask("SAVE"), "+OK\r\n");
  ASSERT_EQ(redis.clear(), Status::ok);
  ASSERT_EQ(redis.get("k").status, Status::miss);

  comeBackOlder();

  EXPECT_EQ(answerOf(redis, "k").status, Status::miss);
}

TEST_F(NewServer, AHostThatStartsLaterDoesNotSeeTheEntryEither) {
  {
    OpenRedis redis(server.url());
    ASSERT_EQ(redis.set("k", "old"), Status::ok);
  }
  ASSERT_EQ(ask("SAVE"), "+OK\r\n");

  comeBackOlder();

  OpenRedis later(server.url());
  EXPECT_EQ(answerOf(later, "k").status, Status::miss);
}

TEST_F(NewServer, AllHostsAgreeOnTheNewGeneration) {
  OpenRedis here(server.url());
  OpenRedis there(server.url());
  ASSERT_EQ(here.set("k", "old"), Status::ok);
  ASSERT_EQ(there.valueOf("k"), "old");
  ASSERT_EQ(ask("SAVE"), "+OK\r\n");

  comeBackOlder();

  ASSERT_EQ(answerOf(here, "k").status, Status::miss);
  ASSERT_EQ(here.set("k", "new"), Status::ok);
  ASSERT_EQ(answerOf(there, "k").status, Status::ok);
  EXPECT_EQ(there.valueOf("k"), "new");
  EXPECT_EQ(here.valueOf("k"), "new");
}

TEST_F(NewServer, ALostConnectionAloneLosesNothing) {
  OpenRedis redis(server.url());
  ASSERT_EQ(redis.set("k", "value"), Status::ok);

  ASSERT_EQ(ask("CLIENT KILL TYPE normal SKIPME yes"), ":1\r\n");

  EXPECT_EQ(answerOf(redis, "k").status, Status::ok);
}

TEST_F(NewServer, APromotedReplicaStartsEmpty) {
  const servers::RedisServer replica;
  conformance::FaultProxy address{"127.0.0.1", std::to_string(server.port())};
  OpenRedis redis("redis://127.0.0.1:" + std::to_string(address.port()) + "/0");
  ASSERT_EQ(redis.set("k", "old"), Status::ok);
  ASSERT_EQ(redis_test::ask(replica.port(), "REPLICAOF 127.0.0.1 " + std::to_string(server.port())),
            "+OK\r\n");
  ASSERT_TRUE(eventually([&] { return storedUnder(replica.port(), generationKey).has_value(); }));

  ASSERT_EQ(redis_test::ask(replica.port(), "REPLICAOF NO ONE"), "+OK\r\n");
  address.forwardTo("127.0.0.1", std::to_string(replica.port()));
  server.stop();

  EXPECT_EQ(answerOf(redis, "k").status, Status::miss);
}

TEST_F(NewServer, ItsEntriesAreKeptIfTheOptionSaysSo) {
  OpenRedis redis(server.url(), {{"on_new_server", {"keep"}}});
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  ASSERT_EQ(ask("SAVE"), "+OK\r\n");

  comeBackOlder();

  EXPECT_EQ(answerOf(redis, "k").status, Status::ok);
  EXPECT_THROW(OpenRedis(server.url(), {{"on_new_server", {"perhaps"}}}), std::exception);
}

TEST_F(NewServer, AUserWithoutTheRightToReadTheRunIdKeepsTheEntries) {
  ASSERT_EQ(ask("ACL SETUSER app on >secret ~* &* +@all -info"), "+OK\r\n");
  OpenRedis redis("redis://app:secret@127.0.0.1:" + std::to_string(server.port()));

  EXPECT_EQ(redis.set("k", "value"), Status::ok);

  EXPECT_EQ(redis.valueOf("k"), "value");
}

}  // namespace
}  // namespace larder::redis_test
