// SPDX-License-Identifier: Apache-2.0
#if LARDER_WITH_POSTGRES
#include "users/postgres_user_store.hpp"
#include "servers/child_process.hpp"
#include "servers/loopback.hpp"
#include "servers/postgres_server.hpp"
#include "servers/program.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// libpqxx 6.4 forgets libpq's error result whenever it finds the connection lost, a few hundred bytes each
// time. These tests lose many; LeakSanitizer should report our leaks only.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's own name
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx-6.4.so\n"; }

namespace larder::users {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string failureOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const StoreUnavailable& fault) {
    return fault.what();
  }
  return "no failure";
}

Clock::duration durationOf(const std::function<void()>& call) {
  const auto start = Clock::now();
  call();
  return Clock::now() - start;
}

// As the superuser, by means of the server's own client.
void runSql(const servers::PostgresServer& server, const std::vector<std::string>& statements,
            std::string_view database = "postgres") {
  std::vector<std::string> command{servers::findProgram("psql", "postgresql-client"), server.url(database)};
  for (const std::string& statement : statements) command.insert(command.end(), {"-c", statement});
  servers::ChildProcess psql({.arguments = command,
                              .log = server.directory() / "psql.log",
                              .account = std::nullopt,
                              .deathSignal = SIGKILL});
  if (psql.wait(seconds(10)) != 0) throw std::runtime_error("psql failed: " + statements.back());
}

class PostgresUserStoreTest : public testing::Test {
 protected:
  servers::PostgresServer server_;
};

TEST_F(PostgresUserStoreTest, CreatesADatabaseWhoseNameNeedsQuoting) {
  const std::string url = server_.url("my%20%22users%22");
  const User created = PostgresUserStore(url).create({"n", "n@example.org"});

  EXPECT_EQ(PostgresUserStore(url).find(created.id), created);
}

TEST_F(PostgresUserStoreTest, SaysWhyItCanNotGetTheDatabase) {
  const std::string address = "127.0.0.1:" + std::to_string(server_.port());

  const std::string failure =
      failureOf([&] { PostgresUserStore{"postgresql://stranger@" + address + "/users"}; });

  EXPECT_TRUE(failure.starts_with("users database postgresql://" + address + "/users: ")) << failure;
  EXPECT_TRUE(failure.ends_with("role \"stranger\" does not exist")) << failure;
}

TEST_F(PostgresUserStoreTest, SaysThatItMayNotCreateTheDatabase) {
  const std::string address = "127.0.0.1:" + std::to_string(server_.port());
  runSql(server_, {"CREATE ROLE limited LOGIN"});

  EXPECT_EQ(
      failureOf([&] { PostgresUserStore{"postgresql://limited@" + address + "/users"}; }),
      "users database postgresql://" + address + "/users: ERROR:  permission denied to create database");
}

TEST_F(PostgresUserStoreTest, IdleConnectionsOfARestartedServerAreReplacedUnnoticed) {
  PostgresUserStore store(server_.url("users"));
  ASSERT_EQ(store.list(1000, 0).size(), 20u);

  server_.stop();
  server_.start();

  EXPECT_TRUE(store.find(store.create({"n", "n@example.org"}).id));
}

TEST_F(PostgresUserStoreTest, FailsFastWhileTheServerIsDown) {
  PostgresUserStore store(server_.url("users"));
  server_.stop();

  const auto took = durationOf([&] {
    EXPECT_NE(failureOf([&] { store.find(1); }).find("Connection refused"), std::string::npos);
    EXPECT_THROW(store.create({"n", "n@example.org"}), StoreUnavailable);
  });

  EXPECT_LT(took, seconds(1));
}

TEST_F(PostgresUserStoreTest, LosesNoAcknowledgedUserWhenTheServerRestartsMidTraffic) {
  PostgresUserStore store(server_.url("users"));
  std::atomic<bool> stop = false;
  std::atomic<int> failures = 0;
  std::mutex mutex;
  std::set<std::string> acknowledged;
  std::vector<std::thread> clients;
  for (int client = 0; client < 6; ++client)
    clients.emplace_back([&, client] {
      for (int i = 0; !stop; ++i) try {
          const std::string email = std::to_string(client) + "." + std::to_string(i) + "@example.org";
          store.create({"n", email});
          {
            const std::lock_guard lock(mutex);
            acknowledged.insert(email);
          }
          store.list(10, 0);
        } catch (const StoreUnavailable&) {
          ++failures;
          std::this_thread::sleep_for(milliseconds(5));
        }
    });

  for (int round = 0; round < 3; ++round) {
    std::this_thread::sleep_for(milliseconds(300));
    server_.stop();
    std::this_thread::sleep_for(milliseconds(200));
    server_.start();
    const auto recovery = durationOf([&] {
      while (failureOf([&] { store.list(1, 0); }) != "no failure")
        std::this_thread::sleep_for(milliseconds(10));
    });
    EXPECT_LT(recovery, seconds(2));
  }
  std::this_thread::sleep_for(milliseconds(300));
  stop = true;
  for (std::thread& client : clients) client.join();

  std::set<std::string> stored;
  for (const User& user : store.list(1000000, 0)) stored.insert(user.email);
  EXPECT_TRUE(std::includes(stored.begin(), stored.end(), acknowledged.begin(), acknowledged.end()));
  EXPECT_GT(acknowledged.size(), 20u);
  EXPECT_GT(failures, 0);
}

TEST_F(PostgresUserStoreTest, AWriteThatIsLostWhileItCommitsIsNotRepeated) {
  PostgresUserStore store(server_.url("users"));
  runSql(server_,
         {"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
          "'BEGIN PERFORM pg_sleep(10); RETURN NULL; END'",
          "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED "
          "FOR EACH ROW EXECUTE FUNCTION slow()"},
         "users");
  std::string failure;
  std::thread client([&] { failure = failureOf([&] { store.create({"n", "n@example.org"}); }); });

  std::this_thread::sleep_for(milliseconds(500));
  server_.stop();
  client.join();

  EXPECT_TRUE(failure.ends_with("; the outcome of a write is unknown")) << failure;
}

TEST_F(PostgresUserStoreTest, AServerThatHangsCostsNoMoreThanTheLimit) {
  PostgresUserStore store(server_.url("users"), {.statement = milliseconds(300)});
  store.find(1);
  server_.pause();

  const auto took = durationOf([&] { EXPECT_THROW(store.find(1), StoreUnavailable); });
  const auto took_next = durationOf([&] {
    EXPECT_THROW(store.create({"n", "n@example.org"}), StoreUnavailable);
  });
  server_.resume();

  EXPECT_GE(took, milliseconds(300));
  EXPECT_LT(took, milliseconds(1500));       // the statement's limit and half a second, no retry
  EXPECT_LT(took_next, milliseconds(4000));  // a connection that is not answered: libpq's two seconds
  EXPECT_EQ(store.find(1)->id, 1);
}

TEST_F(PostgresUserStoreTest, AStatementThatWaitsForALockIsCut) {
  // A prepared transaction keeps its locks without a connection that would have to be held open.
  servers::PostgresServer server({"-c", "max_prepared_transactions=1"});
  PostgresUserStore store(server.url("users"), {.statement = milliseconds(200)});
  runSql(server, {"BEGIN", "UPDATE users SET name = 'x' WHERE id = 1", "PREPARE TRANSACTION 'holds the row'"},
         "users");

  const std::string failure = failureOf([&] { store.update({1, "y", "ada@example.com"}); });

  EXPECT_NE(failure.find("statement timeout"), std::string::npos) << failure;
  EXPECT_EQ(store.find(1)->name, "Ada Lovelace");
  EXPECT_TRUE(store.update({2, "y", "alan@example.com"}));
}

TEST_F(PostgresUserStoreTest, MoreThreadsThanConnectionsWaitInsteadOfConnecting) {
  PostgresUserStore store(server_.url("users"), {.connections = 2});
  std::atomic<int> complete = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) complete += store.find(1) ? 1 : 0;
    });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(complete, 320);
}

TEST_F(PostgresUserStoreTest, AServerThatIsFullIsAnOutageAndNotAHang) {
  servers::PostgresServer small({"-c", "max_connections=4", "-c", "superuser_reserved_connections=0"});
  PostgresUserStore store(small.url("users"), {.connections = 16});
  std::atomic<int> answered = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round)
        (failureOf([&] { store.list(10, 0); }) == "no failure" ? answered : refused)++;
    });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(answered + refused, 160);
  EXPECT_GT(answered, 0);
  EXPECT_EQ(store.find(1)->id, 1);
}

TEST(PostgresUserStoreWithoutServer, NeverPrintsThePassword) {
  const std::string address = "127.0.0.1:" + std::to_string(servers::freeLoopbackPort());
  for (const std::string& url : std::vector<std::string>{
           "postgresql://u:hunter2@" + address + "/d", "postgresql://u@" + address + "/d?password=hunter2",
           "postgresql://u:hunter2@" + address + "/d?no_such_parameter=hunter2",
           "postgresql://u:hunter2@127.0.0.1:port/d",
           // libpq repeats the whole text of these two.
           "postgresql://u:hunter2@[::1]:1x/d", "postgresql://u:hunter2@[::1]x/d",
           "postgresql://u:hunter2%zz@h/d"}) {
    const std::string failure = failureOf([&] { PostgresUserStore{url}; });

    EXPECT_TRUE(failure.starts_with("users database postgresql://")) << failure;
    EXPECT_EQ(failure.find("hunter2"), std::string::npos) << failure;
  }
}

}  // namespace
}  // namespace larder::users

#endif  // LARDER_WITH_POSTGRES
