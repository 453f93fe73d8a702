// SPDX-License-Identifier: Apache-2.0
#include "users/open_user_store.hpp"

#include "users/sqlite_user_store.hpp"
#if LARDER_WITH_POSTGRES
#include "users/postgres_user_store.hpp"
#endif

#include <stdexcept>
#include <string>

namespace larder::users {
namespace {

constexpr std::string_view sqlitePrefix = "sqlite:";

std::unique_ptr<UserStore> openPostgres([[maybe_unused]] std::string_view url) {
#if LARDER_WITH_POSTGRES
  return std::make_unique<PostgresUserStore>(url);
#else
  throw std::invalid_argument(
      "users.database: this build has no PostgreSQL; configure it with LARDER_WITH_POSTGRES=ON or use "
      "sqlite:users.db");
#endif
}

}  // namespace

std::unique_ptr<UserStore> openUserStore(std::string_view database) {
  if (database.starts_with(sqlitePrefix) && database.size() > sqlitePrefix.size())
    return std::make_unique<SqliteUserStore>(std::string(database.substr(sqlitePrefix.size())));
  if (database.starts_with("postgresql://") || database.starts_with("postgres://"))
    return openPostgres(database);
  // The message does not repeat the text, which may be a mistyped URL with a password in it.
  throw std::invalid_argument(
      "users.database: not understood; use sqlite:users.db, sqlite::memory: or "
      "postgresql://user:password@localhost:5432/synergy");
}

}  // namespace larder::users
