// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_POSTGRES_SCHEMA_HPP
#define LARDER_USERS_POSTGRES_SCHEMA_HPP

#include <string>

namespace larder::users {

class PostgresConnection;

/// Creates the database `name` if the cluster of `server` lacks it; false if it was there. `server` is a
/// connection to another database. Throws libpqxx's exceptions, insufficient_privilege among them.
bool createDatabaseIfMissing(PostgresConnection& server, const std::string& name);

/// Creates the table of users, with the sample users, if it is missing. Safe to run from several hosts at
/// once. False if it was there. Throws libpqxx's exceptions.
bool createTableIfMissing(PostgresConnection& database);

/// Adds the column of the users' password hashes to a table that was made without it. False if it is there,
/// or the table is somebody else's. Throws libpqxx's exceptions.
bool addPasswordsIfMissing(PostgresConnection& database);

}  // namespace larder::users

#endif
