// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_POSTGRES_URL_HPP
#define LARDER_USERS_POSTGRES_URL_HPP

#include <string>
#include <string_view>
#include <vector>

namespace larder::users {

/// postgresql://[user[:password]@]host[:port]/database[?parameter=value...], as libpq reads it.
///
/// Parsed only as far as is needed to name another database of the same server and to keep the password out
/// of every text; libpq checks the rest.
class PostgresUrl {
 public:
  /// Throws std::invalid_argument, whose text does not contain the URL.
  explicit PostgresUrl(std::string_view url);

  /// The database's name, decoded.
  const std::string& database() const { return database_; }

  /// Returns this URL for libpq with `parameters` ("a=b&c=d") added; parameters in the URL override them.
  std::string connectionString(std::string_view parameters) const;

  /// Returns a URL with the same server and credentials, and another database.
  PostgresUrl withDatabase(std::string_view name) const;

  /// Returns the URL for display: without user, password and parameters.
  std::string display() const;

  /// Returns `text` with every occurrence of the password replaced by "***".
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
