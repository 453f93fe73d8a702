// SPDX-License-Identifier: Apache-2.0
#include "users/sqlite_user_store.hpp"

#include "users/sample_users.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <map>
#include <string_view>
#include <utility>

namespace larder::users {
namespace {

constexpr const char* inMemory = ":memory:";

// AUTOINCREMENT, because otherwise SQLite gives the id of a deleted last user to the next one, and a cache
// that still holds the old user would show the wrong user.
constexpr const char* createTable =
    "CREATE TABLE users ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL,"
    " email TEXT NOT NULL COLLATE NOCASE UNIQUE,"
    " password_hash TEXT)";

User userOf(const SQLite::Statement& row) {
  return {row.getColumn(0).getInt64(), row.getColumn(1).getString(), row.getColumn(2).getString()};
}

void insert(SQLite::Database& database, const NewUser& user) {
  SQLite::Statement statement(database, "INSERT INTO users (name, email, password_hash) VALUES (?, ?, ?)");
  statement.bind(1, user.name);
  statement.bind(2, user.email);
  if (user.passwordHash) statement.bind(3, user.passwordHash->text);  // else NULL
  statement.exec();
}

// Upgrades a table that was made before there were passwords.
void addPasswordsIfMissing(SQLite::Database& database) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement query(database, "SELECT 1 FROM pragma_table_info('users') WHERE name = 'password_hash'");
  if (query.executeStep()) return;
  database.exec("ALTER TABLE users ADD COLUMN password_hash TEXT");
  transaction.commit();
}

std::string reason(const SQLite::Exception& fault, std::chrono::milliseconds wait) {
  switch (fault.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process kept it locked for more than " + std::to_string(wait.count()) + " ms";
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_CANTOPEN: return "cannot be opened; check that the directory exists and is writable";
    case SQLITE_NOTADB: return "is not an SQLite database; name another file";
    default: return fault.what();
  }
}

}  // namespace

// Keeps its queries compiled: compiling one takes longer than running it.
struct SqliteUserStore::Connection final : SQLite::Database {
  using Database::Database;

  std::map<std::string_view, SQLite::Statement> queries{};  // by their text
};

// A query of a connection, without values. The destructor rewinds it, which ends its transaction.
class SqliteUserStore::Query {
 public:
  Query(Connection& connection, const char* sql)
      : statement_(connection.queries.try_emplace(sql, connection, sql).first->second) {
    statement_.clearBindings();
  }
  ~Query() { statement_.tryReset(); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  SQLite::Statement& operator*() const { return statement_; }
  SQLite::Statement* operator->() const { return &statement_; }

 private:
  SQLite::Statement& statement_;
};

template <typename Work>
auto SqliteUserStore::run(Pool& pool, Work work) {
  requireFile();
  try {
    const auto lease = pool.acquire();
    return work(*lease);
  } catch (const SQLite::Exception& fault) {
    if (fault.getExtendedErrorCode() == SQLITE_CONSTRAINT_UNIQUE) throw EmailTaken();
    throw StoreUnavailable("users database " + file_ + ": " + reason(fault, limits_.wait));
  }
}

SqliteUserStore::SqliteUserStore(std::string file, SqliteLimits limits)
    : file_(std::move(file)),
      limits_(limits),
      writer_(1, limits.wait, [this] { return connect(); }),
      readers_(limits.readers, limits.wait, [this] { return connect(); }),
      reading_(file_ == inMemory ? writer_ : readers_) {
  prepareTable();
  if (file_ != inMemory) opened_ = identityOfFile();
}

SqliteUserStore::~SqliteUserStore() = default;

std::unique_ptr<SqliteUserStore::Connection> SqliteUserStore::connect() const {
  // The pool lends a connection to one thread at a time, so SQLite need not lock it as well.
  const int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX;
  auto database = std::make_unique<Connection>(file_, flags, static_cast<int>(limits_.wait.count()));
  database->exec("PRAGMA foreign_keys = ON");
  // synchronous stays FULL, the default: a created user survives a power cut.
  if (file_ != inMemory) database->exec("PRAGMA journal_mode = WAL");
  return database;
}

std::optional<SqliteUserStore::FileIdentity> SqliteUserStore::identityOfFile() const {
  struct stat about {};
  if (::stat(file_.c_str(), &about) != 0) return std::nullopt;
  return FileIdentity{about.st_dev, about.st_ino};
}

void SqliteUserStore::requireFile() const {
  if (opened_ && identityOfFile() != opened_)
    throw StoreUnavailable("users database " + file_ +
                           ": the file was removed or replaced; put it back, or restart to use the new one");
}

// In a transaction, so that two hosts that start at once do not both fill the table.
void SqliteUserStore::prepareTable() {
  run(writer_, [](SQLite::Database& database) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    if (database.tableExists("users")) return;
    database.exec(createTable);
    for (const auto& [name, email] : sampleUsers()) insert(database, {std::string(name), std::string(email)});
    transaction.commit();
  });
  list(0, 0);  // fails now if a table of that name lacks the columns
  run(writer_, addPasswordsIfMissing);
}

std::vector<User> SqliteUserStore::list(std::int64_t limit, std::int64_t offset) {
  return run(reading_, [&](Connection& connection) {
    const Query query(connection, "SELECT id, name, email FROM users ORDER BY id LIMIT ? OFFSET ?");
    query->bind(1, limit);
    query->bind(2, offset);
    std::vector<User> users;
    while (query->executeStep()) users.push_back(userOf(*query));
    return users;
  });
}

std::optional<User> SqliteUserStore::find(std::int64_t id) {
  return run(reading_, [&](Connection& connection) {
    const Query query(connection, "SELECT id, name, email FROM users WHERE id = ?");
    query->bind(1, id);
    return query->executeStep() ? std::optional(userOf(*query)) : std::nullopt;
  });
}

std::optional<Credentials> SqliteUserStore::credentials(const std::string& email) {
  return run(reading_, [&](Connection& connection) -> std::optional<Credentials> {
    const Query query(connection, "SELECT id, name, email, password_hash FROM users WHERE email = ?");
    query->bind(1, email);
    if (!query->executeStep()) return std::nullopt;
    const auto hash = query->getColumn(3);
    return Credentials{userOf(*query),
                       hash.isNull() ? std::nullopt : std::optional(PasswordHash{hash.getString()})};
  });
}

User SqliteUserStore::create(const NewUser& user) {
  return run(writer_, [&](SQLite::Database& database) {
    insert(database, user);
    return User{database.getLastInsertRowid(), user.name, user.email};
  });
}

bool SqliteUserStore::update(const User& user) {
  return run(writer_, [&](SQLite::Database& database) {
    SQLite::Statement statement(database, "UPDATE users SET name = ?, email = ? WHERE id = ?");
    statement.bind(1, user.name);
    statement.bind(2, user.email);
    statement.bind(3, user.id);
    return statement.exec() == 1;
  });
}

std::optional<User> SqliteUserStore::change(std::int64_t id, const UserChange& change) {
  return run(writer_, [&](SQLite::Database& database) -> std::optional<User> {
    SQLite::Statement statement(database,
                                "UPDATE users SET name = COALESCE(?, name), email = COALESCE(?, email)"
                                " WHERE id = ? RETURNING id, name, email");
    if (change.name) statement.bind(1, *change.name);  // else NULL
    if (change.email) statement.bind(2, *change.email);
    statement.bind(3, id);
    if (!statement.executeStep()) return std::nullopt;
    User changed = userOf(statement);
    statement.executeStep();  // to the end, which commits
    return changed;
  });
}

bool SqliteUserStore::erase(std::int64_t id) {
  return run(writer_, [&](SQLite::Database& database) {
    SQLite::Statement statement(database, "DELETE FROM users WHERE id = ?");
    statement.bind(1, id);
    return statement.exec() == 1;
  });
}

}  // namespace larder::users
