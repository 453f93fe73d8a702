// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_SQLITE_USER_STORE_HPP
#define LARDER_USERS_SQLITE_USER_STORE_HPP

#include "users/connection_pool.hpp"
#include "users/user_store.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace larder::users {

struct SqliteLimits {
  /// How long a call waits for a connection, and then for another process's lock.
  std::chrono::milliseconds wait{2000};
  std::size_t readers = 4;
};

/// Users in an SQLite file, or in memory for as long as the store lives.
///
/// A file is in WAL mode: readers and the writer do not wait for each other. Writes of this process queue for
/// its one writing connection, where they wait without polling; SQLite polls for the lock of another process.
/// If the file is removed or replaced while the store is running, calls throw StoreUnavailable until it is
/// back: the open connections would otherwise write to a file that no longer has a name.
class SqliteUserStore final : public UserStore {
 public:
  /// `file` is a path or ":memory:". Creates what is missing: the file, the table and, in a new table, the
  /// sample users. Throws StoreUnavailable.
  explicit SqliteUserStore(std::string file, SqliteLimits limits = {});
  ~SqliteUserStore() override;

  std::string_view system() const override { return "sqlite"; }
  std::vector<User> list(std::int64_t limit, std::int64_t offset) override;
  std::optional<User> find(std::int64_t id) override;
  std::optional<Credentials> credentials(const std::string& email) override;
  User create(const NewUser& user) override;
  bool update(const User& user) override;
  std::optional<User> change(std::int64_t id, const UserChange& change) override;
  bool erase(std::int64_t id) override;

 private:
  struct Connection;
  class Query;
  using Pool = ConnectionPool<Connection>;

  struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    bool operator==(const FileIdentity&) const = default;
  };
  std::optional<FileIdentity> identityOfFile() const;

  std::unique_ptr<Connection> connect() const;
  void prepareTable();
  void requireFile() const;
  template <typename Work>
  auto run(Pool& pool, Work work);

  const std::string file_;
  const SqliteLimits limits_;
  Pool writer_;
  Pool readers_;
  std::optional<FileIdentity> opened_;  // none: in memory, or not opened yet
  /// Each connection to ":memory:" would see a database of its own, so there all calls use the writer's
  /// connection.
  Pool& reading_;
};

}  // namespace larder::users

#endif
