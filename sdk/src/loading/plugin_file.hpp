// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_PLUGIN_FILE_HPP
#define LARDER_LOADING_PLUGIN_FILE_HPP

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace larder {

/// A plugin's file, opened once. All checks apply to this descriptor, and this descriptor is what gets mapped
/// in the end, so the file cannot be swapped in between.
class PluginFile {
 public:
  /// Throws PluginError if `path` cannot be opened, its last component is a symbolic link, or it is not a
  /// regular file.
  explicit PluginFile(std::filesystem::path path);
  ~PluginFile();
  PluginFile(const PluginFile&) = delete;
  PluginFile& operator=(const PluginFile&) = delete;

  /// Throws a PluginError with the text "<path>: <why>".
  [[noreturn]] void refuse(const std::string& why) const;

  /// Reads `size` bytes at `offset`. Returns false if the file has no such range.
  bool read(std::uint64_t offset, void* into, std::uint64_t size) const;
  bool holds(std::uint64_t offset, std::uint64_t size) const {
    return offset <= this->size() && size <= this->size() - offset;
  }

  std::uint64_t size() const { return static_cast<std::uint64_t>(status_.st_size); }
  const std::filesystem::path& path() const { return path_; }
  const struct stat& status() const { return status_; }  ///< as it was when opened
  int descriptor() const { return descriptor_; }

  /// Returns the opened file's path, free of symbolic links.
  std::filesystem::path realPath() const;

  /// Keeps the descriptor open until the process ends.
  void keepOpen() { descriptor_ = -1; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  struct stat status_ {};
};

}  // namespace larder

#endif
