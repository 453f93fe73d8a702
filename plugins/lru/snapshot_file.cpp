// SPDX-License-Identifier: Apache-2.0
#include "snapshot_file.hpp"

#include <larder/plugin.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace larder::lru {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool valid() const { return number_ >= 0; }
  int get() const { return number_; }

 private:
  const int number_;
};

std::string reasonOf(int error) {
  char text[128];
  return ::strerror_r(error, text, sizeof text);
}

bool writeAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool readAll(int file, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(file, data, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::string folderOf(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Other users could plant values in a file that they can write.
std::string refusalOf(const struct stat& facts) {
  if (!S_ISREG(facts.st_mode)) return "it is no regular file";
  if (facts.st_uid != ::geteuid()) return "it belongs to another user";
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "other users may write it";
  return "";
}

}  // namespace

SnapshotFile::SnapshotFile(std::string path) : path_(std::move(path)) {
  const std::string folder = folderOf(path_);
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    throw plugin::ConfigError("snapshot: cannot write in " + folder + " (" + reasonOf(errno) +
                              "); name a file in a folder that this process may write in");
}

std::string SnapshotFile::save(std::int64_t savedAtMs,
                               const std::function<bool(SnapshotWriter&)>& fill) const {
  const std::string temporary = path_ + ".tmp";
  ::unlink(temporary.c_str());  // left by a process that ended while writing
  const Descriptor file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.valid()) return temporary + ": " + reasonOf(errno);

  int error = 0;
  SnapshotWriter writer(
      [&](std::string_view bytes) {
        if (writeAll(file.get(), bytes)) return true;
        error = errno;
        return false;
      },
      savedAtMs);
  const bool written = fill(writer) && writer.finish();
  if (written && ::rename(temporary.c_str(), path_.c_str()) == 0) return "";

  if (written) error = errno;
  ::unlink(temporary.c_str());
  return temporary + ": " + reasonOf(error);
}

std::string SnapshotFile::restore(
    const std::function<void(const SnapshotEntry&, std::int64_t savedAtMs)>& take) const {
  const Descriptor file(::open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return errno == ENOENT ? "" : reasonOf(errno);
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) return reasonOf(errno);
  if (const std::string refusal = refusalOf(facts); !refusal.empty()) return refusal;

  const auto source = [&](char* data, std::size_t size) { return readAll(file.get(), data, size); };
  // Reads the file twice: the first pass checks it, so that no entry is taken from a damaged file.
  for (const bool taking : {false, true}) {
    if (::lseek(file.get(), 0, SEEK_SET) != 0) return reasonOf(errno);
    SnapshotReader reader(source, static_cast<std::uint64_t>(facts.st_size));
    if (!reader.open()) return "it is no snapshot of this format";
    SnapshotEntry entry;
    auto next = SnapshotReader::Next::end;
    while ((next = reader.next(entry)) == SnapshotReader::Next::entry)
      if (taking) take(entry, reader.savedAtMs());
    if (next == SnapshotReader::Next::damaged) return "it is damaged";
    if (!taking && ::unlink(path_.c_str()) != 0) return "it cannot be removed (" + reasonOf(errno) + ")";
  }
  return "";
}

}  // namespace larder::lru
