// SPDX-License-Identifier: Apache-2.0
#include "users/sqlite_user_store.hpp"
#include "servers/temp_directory.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace larder::users {
namespace {

using std::chrono::milliseconds;

class SqliteUserStoreTest : public testing::Test {
 protected:
  static std::string failureOf(auto call) {
    try {
      call();
    } catch (const StoreUnavailable& fault) {
      return fault.what();
    }
    return "no failure";
  }

  const servers::TempDirectory directory_{"sqlite"};
  const std::string file_ = directory_.path() / "users.db";
};

TEST_F(SqliteUserStoreTest, AnotherProcessesWriteLockTimesOutWritesAndNoReads) {
  SqliteUserStore store(file_, {.wait = milliseconds(150)});
  SQLite::Database other(file_, SQLite::OPEN_READWRITE);
  other.exec("BEGIN EXCLUSIVE");
  const auto start = std::chrono::steady_clock::now();

  const std::string failure = failureOf([&] { store.create({"n", "n@example.org"}); });

  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(failure, "users database " + file_ + ": another process kept it locked for more than 150 ms");
  EXPECT_GE(took, milliseconds(100));
  EXPECT_LT(took, milliseconds(1000));
  EXPECT_EQ(store.list(1000, 0).size(), 20u);

  other.exec("ROLLBACK");
  EXPECT_EQ(store.create({"n", "n@example.org"}).id, 21);
}

TEST_F(SqliteUserStoreTest, ARemovedFileFailsEveryCallUntilItIsBack) {
  SqliteUserStore store(file_);
  const std::string aside = file_ + ".aside";
  std::filesystem::rename(file_, aside);

  const std::string read = failureOf([&] { store.list(10, 0); });
  const std::string written = failureOf([&] { store.create({"n", "n@example.org"}); });

  EXPECT_TRUE(read.starts_with("users database " + file_ + ": the file was removed or replaced")) << read;
  EXPECT_EQ(written, read);
  EXPECT_FALSE(std::filesystem::exists(file_));
  std::ofstream(file_) << "another file";
  EXPECT_EQ(failureOf([&] { store.find(1); }), read);
  std::filesystem::rename(aside, file_);
  EXPECT_EQ(store.list(1000, 0).size(), 20u);
}

TEST_F(SqliteUserStoreTest, AFullDiskFailsTheWriteCompletely) {
  const std::string mount = directory_.path() / "small";
  std::filesystem::create_directory(mount);
  if (::mount("tmpfs", mount.c_str(), "tmpfs", 0, "size=256k") != 0)
    GTEST_SKIP() << "needs the right to mount a tmpfs: " << std::strerror(errno);
  const auto unmount = std::shared_ptr<void>(nullptr, [&](void*) { ::umount2(mount.c_str(), MNT_DETACH); });
  const std::string file = mount + "/users.db";
  SqliteUserStore store(file);
  std::ofstream(mount + "/ballast") << std::string(120 * 1024, 'x') << std::flush;

  std::string failure;
  int created = 0;
  for (int i = 0; i < 1000 && failure.empty(); ++i) try {
      store.create({std::string(100, 'n'), std::to_string(i) + "@example.org"});
      ++created;
    } catch (const StoreUnavailable& fault) {
      failure = fault.what();
    }

  EXPECT_EQ(failure, "users database " + file + ": the disk is full");
  EXPECT_EQ(store.list(10000, 0).size(), 20u + static_cast<std::size_t>(created));

  std::filesystem::remove(mount + "/ballast");
  store.create({"n", "n@example.org"});
  EXPECT_EQ(store.list(10000, 0).size(), 21u + static_cast<std::size_t>(created));
}

TEST_F(SqliteUserStoreTest, AMissingDirectoryIsNamed) {
  const std::string file = directory_.path() / "missing" / "users.db";

  EXPECT_EQ(failureOf([&] { SqliteUserStore{file}; }),
            "users database " + file + ": cannot be opened; check that the directory exists and is writable");
}

TEST_F(SqliteUserStoreTest, AFileOfAnotherKindIsRefusedAndKept) {
  std::ofstream(file_) << std::string(5000, 't');

  EXPECT_EQ(failureOf([&] { SqliteUserStore{file_}; }),
            "users database " + file_ + ": is not an SQLite database; name another file");
  EXPECT_EQ(std::filesystem::file_size(file_), 5000u);
}

TEST_F(SqliteUserStoreTest, ATableWithoutAColumnIsDetectedAtTheStart) {
  SQLite::Database(file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE users (id INTEGER)");

  EXPECT_EQ(failureOf([&] { SqliteUserStore{file_}; }), "users database " + file_ + ": no such column: name");
}

TEST_F(SqliteUserStoreTest, ATableFromBeforePasswordsGetsTheirColumn) {
  SQLite::Database(file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec(
          "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
          " email TEXT NOT NULL COLLATE NOCASE UNIQUE);"
          "INSERT INTO users (name, email) VALUES ('Old', 'old@example.com')");

  SqliteUserStore store(file_);
  store.create({"New", "new@example.com", PasswordHash{"h"}});

  EXPECT_FALSE(store.credentials("old@example.com")->passwordHash);
  EXPECT_EQ(SqliteUserStore(file_).credentials("new@example.com")->passwordHash, PasswordHash{"h"});
}

// Queries stay compiled, and an unfinished one would keep the rest of the log from being written back.
TEST_F(SqliteUserStoreTest, QueriesSeeChangesOfAnotherProcessAndHoldNoLockAfterwards) {
  SqliteUserStore store(file_);
  store.find(1);
  store.list(2, 0);
  SQLite::Database other(file_, SQLite::OPEN_READWRITE);
  other.exec("UPDATE users SET name = 'changed' WHERE id = 1");
  other.exec("ALTER TABLE users ADD COLUMN added TEXT");

  EXPECT_EQ(store.find(1)->name, "changed");
  EXPECT_EQ(store.list(2, 0).front().name, "changed");
  SQLite::Statement checkpoint(other, "PRAGMA wal_checkpoint(TRUNCATE)");
  ASSERT_TRUE(checkpoint.executeStep());
  EXPECT_EQ(checkpoint.getColumn(0).getInt(), 0) << "a reader is still in its transaction";
}

TEST_F(SqliteUserStoreTest, CallersBeyondTheConnectionsAreServedInTurn) {
  SqliteUserStore store(file_, {.wait = milliseconds(5000), .readers = 1});
  std::vector<std::thread> threads;
  std::atomic<int> complete = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) complete += store.list(1000, 0).size() == 20u ? 1 : 0;
    });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(complete, 160);
}

}  // namespace
}  // namespace larder::users
