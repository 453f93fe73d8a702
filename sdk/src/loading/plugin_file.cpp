// SPDX-License-Identifier: Apache-2.0
#include "loading/plugin_file.hpp"

#include <larder/plugin_library.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace larder {
namespace {

std::string whyNotOpened(const std::filesystem::path& path, int error) {
  if (error != ELOOP) return std::string("cannot be opened: ") + std::strerror(error);
  std::error_code unreadable;
  const auto target = std::filesystem::read_symlink(path, unreadable);
  return "is a symbolic link, which could change after the checks; name the file that it points to" +
         (unreadable ? std::string() : ", " + target.string());
}

}  // namespace

// Opens without blocking: opening a FIFO would otherwise wait for a writer.
PluginFile::PluginFile(std::filesystem::path path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (descriptor_ < 0) refuse(whyNotOpened(path_, errno));
  if (::fstat(descriptor_, &status_) != 0 || !S_ISREG(status_.st_mode)) {
    ::close(descriptor_);
    refuse("is not a regular file; name the plugin's .so file");
  }
}

PluginFile::~PluginFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void PluginFile::refuse(const std::string& why) const { throw PluginError(path_.string() + ": " + why); }

bool PluginFile::read(std::uint64_t offset, void* into, std::uint64_t size) const {
  if (!holds(offset, size)) return false;
  return ::pread(descriptor_, into, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
}

std::filesystem::path PluginFile::realPath() const {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor_), error);
  if (error) refuse("cannot be checked, because /proc is not mounted (" + error.message() + "); mount it");
  return path;
}

}  // namespace larder
