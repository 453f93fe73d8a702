// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CREDENTIALS_HPP
#define LARDER_REDIS_CREDENTIALS_HPP

#include <sys/stat.h>

#include <string>

namespace larder::redis {

/// As whom a connection logs in. A password that lies in a file is read again when the file changes. Not
/// thread-safe.
class Credentials {
 public:
  /// With a `file` the password is its first line; without one it is `password`, and an empty one means no
  /// login. Throws std::runtime_error, which names auth_file, if the file can't be read.
  Credentials(std::string user, std::string password, std::string file);

  /// Reads the file if it has changed since the last look. True: the password is another one. A file that
  /// can't be read leaves the password as it is. Throws std::runtime_error once for each change.
  bool refresh();

  bool lieInAFile() const { return !file_.empty(); }
  const std::string& user() const { return user_; }  ///< empty: the server's default user
  const std::string& password() const { return password_; }

 private:
  std::string user_;
  std::string password_;
  std::string file_;
  struct stat seen_ {};  // of the file when it was read
};

}  // namespace larder::redis

#endif
