// SPDX-License-Identifier: Apache-2.0
#include "users/postgres_user_store.hpp"

#include "users/postgres_connection.hpp"
#include "users/postgres_schema.hpp"

#include <utility>

namespace larder::users {
namespace {

// Copying the template database takes longer than any statement on the request path may.
constexpr std::chrono::seconds createDatabaseLimit{30};

// A template, because libpqxx 8 iterates over another type of row.
template <typename Row>
User userOf(const Row& row) {
  return {row[0].template as<std::int64_t>(), row[1].template as<std::string>(),
          row[2].template as<std::string>()};
}

}  // namespace

template <typename Work>
auto PostgresUserStore::run(Work work) {
  for (bool may_retry = true;; may_retry = false) {
    Pool::Lease connection = acquireFresh();
    try {
      return work(*connection);
    } catch (const pqxx::unique_violation&) {
      throw EmailTaken();
    } catch (const std::exception& fault) {
      const bool in_doubt = connection->inDoubt();
      const bool repeatable = connection->lost(fault) && !in_doubt && !connection->timedOut();
      connection.drop();
      if (repeatable && may_retry) continue;
      throw StoreUnavailable(describe(fault) + (in_doubt ? "; the outcome of a write is unknown" : ""));
    }
  }
}

PostgresUserStore::PostgresUserStore(std::string_view url, PostgresLimits limits)
    : url_(url),
      limits_(limits),
      pool_(limits.connections, limits.wait, [this] { return connect(url_, limits_.statement); }) {
  createDatabaseIfUnreachable();
  run(createTableIfMissing);
  list(0, 0);  // fails now if a table of that name lacks the columns
  run(addPasswordsIfMissing);
}

PostgresUserStore::~PostgresUserStore() = default;

// Returns only the first line: the server puts the values of a refused row into the lines after it.
std::string PostgresUserStore::describe(const std::exception& fault) const {
  const std::string reason = url_.redacted(fault.what());
  return "users database " + url_.display() + ": " + reason.substr(0, reason.find('\n'));
}

std::unique_ptr<PostgresConnection> PostgresUserStore::connect(const PostgresUrl& url,
                                                               std::chrono::milliseconds statement) const {
  const std::string parameters = "connect_timeout=" + std::to_string(limits_.connect.count()) +
                                 "&application_name=larder&client_encoding=UTF8";
  try {
    return std::make_unique<PostgresConnection>(url.connectionString(parameters), statement, watch_);
  } catch (const std::exception& fault) {
    throw StoreUnavailable(describe(fault));
  }
}

// libpq has no code for a missing database, only a text in the server's language. So whenever the database
// cannot be reached, this tries its server; if that fails as well, the first fault is the more informative.
void PostgresUserStore::createDatabaseIfUnreachable() {
  try {
    pool_.acquire();
  } catch (const StoreUnavailable& unreachable) {
    std::unique_ptr<PostgresConnection> server;
    try {
      server = connect(url_.withDatabase("postgres"), createDatabaseLimit);
    } catch (const StoreUnavailable&) {
      throw unreachable;
    }
    createDatabase(*server);
  }
}

void PostgresUserStore::createDatabase(PostgresConnection& server) {
  try {
    createDatabaseIfMissing(server, url_.database());
  } catch (const std::exception& fault) {
    // Another host that starts at the same time may have created the database: then connecting succeeds.
    try {
      pool_.acquire();
    } catch (const StoreUnavailable&) {
      throw StoreUnavailable(describe(fault));
    }
  }
}

// After a restart of the server every idle connection is stale; each is detected without a round trip.
PostgresUserStore::Pool::Lease PostgresUserStore::acquireFresh() {
  for (std::size_t looked_at = 1;; ++looked_at) {
    Pool::Lease lease = pool_.acquire();
    if (looked_at > limits_.connections || !lease->stale()) return lease;
    lease.drop();
  }
}

std::vector<User> PostgresUserStore::list(std::int64_t limit, std::int64_t offset) {
  return run([&](PostgresConnection& database) {
    return database.read([&](pqxx::transaction_base& session) {
      std::vector<User> users;
      for (const auto& row : execute(
               session, "SELECT id, name, email FROM users ORDER BY id LIMIT $1 OFFSET $2", limit, offset))
        users.push_back(userOf(row));
      return users;
    });
  });
}

std::optional<User> PostgresUserStore::find(std::int64_t id) {
  return run([&](PostgresConnection& database) {
    return database.read([&](pqxx::transaction_base& session) {
      const auto found = execute(session, "SELECT id, name, email FROM users WHERE id = $1", id);
      return found.empty() ? std::nullopt : std::optional(userOf(found[0]));
    });
  });
}

std::optional<Credentials> PostgresUserStore::credentials(const std::string& email) {
  return run([&](PostgresConnection& database) {
    return database.read([&](pqxx::transaction_base& session) -> std::optional<Credentials> {
      const auto found = execute(session,
                                 "SELECT id, name, email, password_hash FROM users"
                                 " WHERE lower(email COLLATE \"C\") = lower($1 COLLATE \"C\")",
                                 email);
      if (found.empty()) return std::nullopt;
      const auto hash = found[0][3];
      return Credentials{
          userOf(found[0]),
          hash.is_null() ? std::nullopt : std::optional(PasswordHash{hash.template as<std::string>()})};
    });
  });
}

// Names the column of the hashes only if needed: a table that another role owns may lack it.
User PostgresUserStore::create(const NewUser& user) {
  return run([&](PostgresConnection& database) {
    return database.write([&](pqxx::transaction_base& transaction) {
      const auto created =
          user.passwordHash
              ? execute(transaction,
                        "INSERT INTO users (name, email, password_hash) VALUES ($1, $2, $3) RETURNING id",
                        user.name, user.email, user.passwordHash->text)
              : execute(transaction, "INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id",
                        user.name, user.email);
      return User{created[0][0].as<std::int64_t>(), user.name, user.email};
    });
  });
}

bool PostgresUserStore::update(const User& user) {
  return run([&](PostgresConnection& database) {
    return database.write([&](pqxx::transaction_base& transaction) {
      return execute(transaction, "UPDATE users SET name = $1, email = $2 WHERE id = $3", user.name,
                     user.email, user.id)
                 .affected_rows() == 1;
    });
  });
}

std::optional<User> PostgresUserStore::change(std::int64_t id, const UserChange& change) {
  return run([&](PostgresConnection& database) {
    return database.write([&](pqxx::transaction_base& transaction) {
      const auto changed = execute(transaction,
                                   "UPDATE users SET name = COALESCE($1, name), email = COALESCE($2, email)"
                                   " WHERE id = $3 RETURNING id, name, email",
                                   change.name, change.email, id);
      return changed.empty() ? std::nullopt : std::optional(userOf(changed[0]));
    });
  });
}

bool PostgresUserStore::erase(std::int64_t id) {
  return run([&](PostgresConnection& database) {
    return database.write([&](pqxx::transaction_base& transaction) {
      return execute(transaction, "DELETE FROM users WHERE id = $1", id).affected_rows() == 1;
    });
  });
}

}  // namespace larder::users
