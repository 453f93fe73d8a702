// SPDX-License-Identifier: Apache-2.0
//
// The behavior of every UserStore, on SQLite in memory, an SQLite file and PostgreSQL.
#include "servers/postgres_server.hpp"
#include "servers/temp_directory.hpp"
#include "users/open_user_store.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <barrier>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

namespace larder::users {
namespace {

enum class Kind { memory, file, postgres };

class UserStoreTest : public testing::TestWithParam<Kind> {
 protected:
  static void TearDownTestSuite() { postgres().reset(); }

  // One cluster for all tests; each test has its own database.
  static std::unique_ptr<servers::PostgresServer>& postgres() {
    static std::unique_ptr<servers::PostgresServer> server;
    return server;
  }

  std::string newDatabase() const {
    static int count = 0;
    switch (GetParam()) {
      case Kind::memory: return "sqlite::memory:";
      case Kind::file: return "sqlite:" + (directory_.path() / "users.db").string();
      case Kind::postgres:
        if (!postgres()) postgres() = std::make_unique<servers::PostgresServer>();
        return postgres()->url("users_" + std::to_string(++count));
    }
    throw std::logic_error("unknown kind of store");
  }

  const servers::TempDirectory directory_{"users"};
  const std::string database_ = newDatabase();
  const std::unique_ptr<UserStore> store_ = openUserStore(database_);
};

TEST_P(UserStoreTest, AChangeKeepsTheOtherFields) {
  const auto named = store_->change(1, {.name = "Countess"});
  const auto moved = store_->change(1, {.email = "countess@example.com"});

  EXPECT_EQ(named, (User{1, "Countess", "ada@example.com"}));
  EXPECT_EQ(moved, (User{1, "Countess", "countess@example.com"}));
  EXPECT_EQ(store_->find(1), moved);
  EXPECT_EQ(store_->change(4711, {.name = "n"}), std::nullopt);
  EXPECT_THROW(store_->change(2, {.email = "Countess@Example.com"}), EmailTaken);
  EXPECT_EQ(store_->find(2)->email, "alan@example.com");
}

TEST_P(UserStoreTest, StartsWithTwentySampleUsers) {
  const auto users = store_->list(1000, 0);

  ASSERT_EQ(users.size(), 20u);
  EXPECT_EQ(users.front(), (User{1, "Ada Lovelace", "ada@example.com"}));
  EXPECT_EQ(users.back().name, "Zoë Ångström");
}

TEST_P(UserStoreTest, ListsAPage) {
  const auto users = store_->list(2, 18);

  ASSERT_EQ(users.size(), 2u);
  EXPECT_EQ(users[0].id, 19);
  EXPECT_TRUE(store_->list(10, 20).empty());
  EXPECT_TRUE(store_->list(0, 0).empty());
}

TEST_P(UserStoreTest, CreatesFindsUpdatesAndErases) {
  const User created = store_->create({"Ünï'cødé \\ %s", "u@example.org"});
  EXPECT_EQ(store_->find(created.id), created);

  const User changed{created.id, "Changed", "changed@example.org"};
  EXPECT_TRUE(store_->update(changed));
  EXPECT_EQ(store_->find(created.id), changed);

  EXPECT_TRUE(store_->erase(created.id));
  EXPECT_EQ(store_->find(created.id), std::nullopt);
}

TEST_P(UserStoreTest, ReportsAMissingUser) {
  EXPECT_EQ(store_->find(4711), std::nullopt);
  EXPECT_FALSE(store_->update({4711, "n", "n@example.org"}));
  EXPECT_FALSE(store_->erase(4711));
}

TEST_P(UserStoreTest, RefusesAnEmailThatDiffersOnlyInAsciiCase) {
  EXPECT_THROW(store_->create({"n", "ADA@example.com"}), EmailTaken);
  EXPECT_THROW(store_->update({2, "n", "Ada@Example.com"}), EmailTaken);
  EXPECT_EQ(store_->find(2)->name, "Alan Turing");
  EXPECT_TRUE(store_->update({1, "Ada", "ADA@example.com"}));
}

TEST_P(UserStoreTest, ContinuesAfterARefusal) {
  for (int i = 0; i < 20; ++i) EXPECT_THROW(store_->create({"n", "ada@example.com"}), EmailTaken);

  EXPECT_GT(store_->create({"n", "n@example.org"}).id, 20);
}

TEST_P(UserStoreTest, NeverReusesAnId) {
  const auto last = store_->create({"n", "n@example.org"}).id;
  store_->erase(last);

  EXPECT_GT(store_->create({"n", "n@example.org"}).id, last);
}

TEST_P(UserStoreTest, KeepsItsUsersWhenReopened) {
  if (GetParam() == Kind::memory) GTEST_SKIP() << "memory keeps nothing";
  const User created = store_->create({"kept", "kept@example.org"});
  store_->erase(1);

  const auto again = openUserStore(database_);

  EXPECT_EQ(again->find(created.id), created);
  EXPECT_EQ(again->list(1000, 0).size(), 20u);
}

TEST_P(UserStoreTest, AssignsAnEmailToOnlyOneOfManyThreads) {
  std::atomic<int> created = 0;
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      try {
        store_->create({"n", "wanted@example.org"});
        ++created;
      } catch (const EmailTaken&) {
        ++taken;
      }
    });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(created, 1);
  EXPECT_EQ(taken, 7);
}

TEST_P(UserStoreTest, ServesReadersAndWritersTogether) {
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string email = std::to_string(t) + "." + std::to_string(i) + "@example.org";
        const User created = store_->create({"n", email});
        if (store_->find(created.id) != created) ++wrong;
        if (store_->list(1000, 0).size() < 20) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(wrong, 0);
  std::set<std::int64_t> ids;
  for (const User& user : store_->list(1000, 0)) ids.insert(user.id);
  EXPECT_EQ(ids.size(), 120u);
}

TEST_P(UserStoreTest, HostsThatStartTogetherFillTheTableOnce) {
  if (GetParam() == Kind::memory) GTEST_SKIP() << "memory is not shared";
  const std::string database =
      GetParam() == Kind::file ? "sqlite:" + (directory_.path() / "shared.db").string() : newDatabase();
  std::vector<std::thread> hosts;
  std::atomic<int> failed = 0;
  std::barrier together(12);
  for (int i = 0; i < 12; ++i)
    hosts.emplace_back([&] {
      together.arrive_and_wait();
      try {
        openUserStore(database);
      } catch (const std::exception& fault) {
        ++failed;
        ADD_FAILURE() << fault.what();
      }
    });
  for (std::thread& host : hosts) host.join();

  EXPECT_EQ(failed, 0);
  EXPECT_EQ(openUserStore(database)->list(1000, 0).size(), 20u);
}

#if LARDER_WITH_POSTGRES
constexpr std::array kinds{Kind::memory, Kind::file, Kind::postgres};
#else
constexpr std::array kinds{Kind::memory, Kind::file};

TEST(OpenUserStore, ReportsABuildWithoutPostgres) {
  try {
    openUserStore("postgresql://u:secret@localhost/d");
    ADD_FAILURE() << "accepted";
  } catch (const std::invalid_argument& refusal) {
    EXPECT_EQ(
        std::string(refusal.what()),
        "users.database: this build has no PostgreSQL; configure it with LARDER_WITH_POSTGRES=ON or use "
        "sqlite:users.db");
  }
}
#endif

TEST_P(UserStoreTest, FindsUsersByEmailInAnyCase) {
  const User created = store_->create({"New", "New@Example.com", PasswordHash{"scrypt$..."}});

  const auto found = store_->credentials("nEW@eXAMPLE.COM");

  ASSERT_TRUE(found);
  EXPECT_EQ(found->user, created);
  EXPECT_EQ(found->passwordHash, PasswordHash{"scrypt$..."});
  EXPECT_FALSE(store_->credentials("ada@example.com")->passwordHash);
  EXPECT_FALSE(store_->credentials("nobody@example.com"));
}

INSTANTIATE_TEST_SUITE_P(Stores, UserStoreTest, testing::ValuesIn(kinds), [](const auto& kind) {
  switch (kind.param) {
    case Kind::memory: return "Memory";
    case Kind::file: return "File";
    case Kind::postgres: return "Postgres";
  }
  return "Unknown";
});

TEST(OpenUserStore, RefusesOtherTextsWithoutRepeatingThem) {
  for (const char* bad : {"", "users.db", "sqlite:", "mysql://u:secret@h/d", "postgresql:secret"}) try {
      openUserStore(bad);
      ADD_FAILURE() << "accepted " << bad;
    } catch (const std::invalid_argument& refusal) {
      EXPECT_EQ(std::string(refusal.what()).find("secret"), std::string::npos) << refusal.what();
    }
}

}  // namespace
}  // namespace larder::users
