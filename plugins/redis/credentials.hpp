// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CREDENTIALS_HPP
#define LARDER_REDIS_CREDENTIALS_HPP

#include <sys/stat.h>

#include <string>

namespace larder::redis {

/// The user and password that a connection logs in with. A password from a file is read again when the file
/// changes. Not thread-safe.
class Credentials {
 public:
  /// With a `file`, the password is its first line; otherwise it is `password`, and an empty password means
  /// no login. Throws std::runtime_error, which names auth_file, if the file cannot be read.
  Credentials(std::string user, std::string password, std::string file);

  /// Reads the file if it has changed since the last call. Returns true if the password is different. An
  /// unreadable file leaves the password as it is. Throws std::runtime_error once per change.
  bool refresh();

  bool lieInAFile() const { return !file_.empty(); }
  const std::string& user() const { return user_; }  ///< empty: the server's default user
  const std::string& password() const { return password_; }

 private:
  std::string user_;
  std::string password_;
  std::string file_;
  struct stat seen_ {};  // the file's metadata when it was last read
};

}  // namespace larder::redis

#endif
