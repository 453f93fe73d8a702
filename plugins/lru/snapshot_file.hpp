// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SNAPSHOT_FILE_HPP
#define LARDER_LRU_SNAPSHOT_FILE_HPP

#include "snapshot_format.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace larder::lru {

/// The file that a cache is saved in between two lives. Not thread-safe. One cache per file.
class SnapshotFile {
 public:
  /// Throws plugin::ConfigError if no file can be made beside `path`.
  explicit SnapshotFile(std::string path);

  /// Calls `fill` to write, into a file of a temporary name that takes the place of the old one at the end.
  /// It is not forced to the disk: one that a loss of power cut short is damaged, and so a cold start.
  /// Returns why it failed; "" if it did not.
  std::string save(std::int64_t savedAtMs, const std::function<bool(SnapshotWriter&)>& fill) const;

  /// Removes the file, if it is whole, and calls `take` for each entry: after a crash its entries would come
  /// back although they were erased in between. Returns why nothing was restored; "" if it was, or there is
  /// no file. Throws std::bad_alloc.
  std::string restore(const std::function<void(const SnapshotEntry&, std::int64_t savedAtMs)>& take) const;

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

}  // namespace larder::lru

#endif
