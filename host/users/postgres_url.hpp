// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_POSTGRES_URL_HPP
#define LARDER_USERS_POSTGRES_URL_HPP

#include <string>
#include <string_view>
#include <vector>

namespace larder::users {

/// postgresql://[user[:password]@]host[:port]/database[?parameter=value...], as libpq reads it.
///
/// Taken apart only as far as is needed to name another database of the same server and to keep the
/// password out of every text; the rest is judged by libpq.
class PostgresUrl {
 public:
  /// Throws std::invalid_argument, without the URL in its text.
  explicit PostgresUrl(std::string_view url);

  /// The database's name, decoded.
  const std::string& database() const { return database_; }

  /// For libpq: this URL with `parameters` ("a=b&c=d") added, which those in the URL override.
  std::string connectionString(std::string_view parameters) const;

  /// The same server and credentials with another database.
  PostgresUrl withDatabase(std::string_view name) const;

  /// For people: without user, password and parameters.
  std::string display() const;

  /// `text` with every occurrence of the password replaced by "***".
  std::string redacted(std::string text) const;

 private:
  std::string credentials_;  // with its '@', or empty
  std::string hosts_;
  std::string encodedDatabase_;
  std::string parameters_;
  std::string database_;
  std::vector<std::string> secrets_;
};

}  // namespace larder::users

#endif
