// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SNAPSHOT_FILE_HPP
#define LARDER_LRU_SNAPSHOT_FILE_HPP

#include "snapshot_format.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace larder::lru {

/// The file that keeps a cache's entries between two runs. Not thread-safe. Each cache needs its own file.
class SnapshotFile {
 public:
  /// Throws plugin::ConfigError if the folder of `path` is not writable.
  explicit SnapshotFile(std::string path);

  /// Calls `fill` to write a temporary file, which then replaces the old file. Does not sync it to disk: a
  /// file cut short by a power loss is detected as damaged, which means a cold start. Returns the reason of a
  /// failure; "" on success.
  std::string save(std::int64_t savedAtMs, const std::function<bool(SnapshotWriter&)>& fill) const;

  /// Removes the file if it is undamaged, and calls `take` for each of its entries. The file is removed
  /// because a restart after a crash would otherwise restore entries that were erased since. Returns why
  /// nothing was restored; "" on success or if there is no file. Throws std::bad_alloc.
  std::string restore(const std::function<void(const SnapshotEntry&, std::int64_t savedAtMs)>& take) const;

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

}  // namespace larder::lru

#endif
