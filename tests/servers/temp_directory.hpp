// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_TEMP_DIRECTORY_HPP
#define LARDER_SERVERS_TEMP_DIRECTORY_HPP

#include <filesystem>
#include <string_view>

namespace larder::servers {

/// A new private directory (mode 0700) below /tmp. The destructor removes it with its contents.
///
/// It is not in $TMPDIR, because the path must be short enough for a Unix socket and accessible to
/// PostgreSQL's account.
class TempDirectory {
 public:
  /// `label` becomes part of the name. Throws std::system_error.
  explicit TempDirectory(std::string_view label);
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace larder::servers

#endif
