// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_POSTGRES_USER_STORE_HPP
#define LARDER_USERS_POSTGRES_USER_STORE_HPP

#include "users/connection_pool.hpp"
#include "users/postgres_url.hpp"
#include "users/postgres_watch.hpp"
#include "users/user_store.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace larder::users {

class PostgresConnection;

struct PostgresLimits {
  std::size_t connections = 8;
  std::chrono::milliseconds wait{2000};       ///< for a free connection
  std::chrono::milliseconds statement{2000};  ///< at the server; the client gives up half a second later
  /// Per address of the host's name. Whole seconds, at least 2: libpq's own limits.
  std::chrono::seconds connect{2};
};

/// Users in PostgreSQL 10 or newer.
///
/// Reconnects automatically after an outage of the server. A call whose connection turns out to be lost is
/// retried once on a new connection, provided that it had no effect yet: a read, or a write before its
/// commit. A call that timed out is not retried.
class PostgresUserStore final : public UserStore {
 public:
  /// `url` has the form that PostgresUrl takes; its parameters go to libpq and override the limits. Creates
  /// what is missing, if permitted: the database, the table and, in a new table, the sample users. Throws
  /// std::invalid_argument or StoreUnavailable.
  explicit PostgresUserStore(std::string_view url, PostgresLimits limits = {});
  ~PostgresUserStore() override;

  std::string_view system() const override { return "postgresql"; }
  std::vector<User> list(std::int64_t limit, std::int64_t offset) override;
  std::optional<User> find(std::int64_t id) override;
  std::optional<Credentials> credentials(const std::string& email) override;
  User create(const NewUser& user) override;
  bool update(const User& user) override;
  std::optional<User> change(std::int64_t id, const UserChange& change) override;
  bool erase(std::int64_t id) override;

 private:
  using Pool = ConnectionPool<PostgresConnection>;

  std::unique_ptr<PostgresConnection> connect(const PostgresUrl& url,
                                              std::chrono::milliseconds statement) const;
  void createDatabaseIfUnreachable();
  void createDatabase(PostgresConnection& server);
  Pool::Lease acquireFresh();
  template <typename Work>
  auto run(Work work);
  std::string describe(const std::exception& fault) const;

  const PostgresUrl url_;
  const PostgresLimits limits_;
  mutable PostgresWatch watch_;
  Pool pool_;
};

}  // namespace larder::users

#endif
