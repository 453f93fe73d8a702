// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_POSTGRES_SCHEMA_HPP
#define LARDER_USERS_POSTGRES_SCHEMA_HPP

#include <string>

namespace larder::users {

class PostgresConnection;

/// Creates the database `name` if the cluster of `server` lacks it; returns false if it existed. `server` is
/// a connection to another database. Throws libpqxx's exceptions, insufficient_privilege among them.
bool createDatabaseIfMissing(PostgresConnection& server, const std::string& name);

/// Creates the table of users, with the sample users, if it is missing; returns false if it existed. Several
/// hosts may run this at once. Throws libpqxx's exceptions.
bool createTableIfMissing(PostgresConnection& database);

/// Adds the column of password hashes to a table that was made without it. Returns false if the column exists
/// or another role owns the table. Throws libpqxx's exceptions.
bool addPasswordsIfMissing(PostgresConnection& database);

}  // namespace larder::users

#endif
