// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_PLUGIN_FILE_HPP
#define LARDER_LOADING_PLUGIN_FILE_HPP

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace larder {

/// A plugin's file, opened once: everything that is checked is checked on this descriptor, and it is what
/// gets mapped in the end, so nobody can put another file there in between.
class PluginFile {
 public:
  /// Throws PluginError if the last component of `path` is a symbolic link, or not a regular file.
  explicit PluginFile(std::filesystem::path path);
  ~PluginFile();
  PluginFile(const PluginFile&) = delete;
  PluginFile& operator=(const PluginFile&) = delete;

  /// Throws the PluginError "<path>: <why>".
  [[noreturn]] void refuse(const std::string& why) const;

  /// Reads `size` bytes at `offset`; false if the file has no such range.
  bool read(std::uint64_t offset, void* into, std::uint64_t size) const;
  bool holds(std::uint64_t offset, std::uint64_t size) const {
    return offset <= this->size() && size <= this->size() - offset;
  }

  std::uint64_t size() const { return static_cast<std::uint64_t>(status_.st_size); }
  const std::filesystem::path& path() const { return path_; }
  const struct stat& status() const { return status_; }  ///< as it was when opened
  int descriptor() const { return descriptor_; }

  /// Where the opened file is, without symbolic links on the way.
  std::filesystem::path realPath() const;

  /// The descriptor stays open until the process ends.
  void keepOpen() { descriptor_ = -1; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  struct stat status_ {};
};

}  // namespace larder

#endif
