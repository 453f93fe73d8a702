// SPDX-License-Identifier: Apache-2.0
#include "config/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>

#include "config/config.hpp"

namespace larder::host {
namespace {

constexpr std::size_t kMaxSize = 1 << 20;  // bytes

class OpenFile {
 public:
  // Without O_NONBLOCK, opening a FIFO that has no writer would block before fstat could identify it.
  explicit OpenFile(const std::filesystem::path& file)
      : descriptor_(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

std::string reason(int error) { return "cannot be read: " + std::generic_category().message(error); }

}  // namespace

std::string readRegularFile(const std::filesystem::path& file, const std::string& place) {
  const auto refuse = [&](const std::string& why) { return ConfigError(place + file.string() + ": " + why); };
  const OpenFile opened(file);
  if (opened.get() < 0) throw refuse(reason(errno));
  struct stat about {};
  if (::fstat(opened.get(), &about) != 0) throw refuse(reason(errno));
  if (S_ISDIR(about.st_mode)) throw refuse("is a directory; name a file");
  if (!S_ISREG(about.st_mode)) throw refuse("is not a regular file; name one");

  std::string text;
  std::array<char, 16384> block;
  for (;;) {
    const auto got = ::read(opened.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw refuse(reason(errno));
    if (got == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxSize) throw refuse("is larger than 1 MiB");
  }
}

std::string firstLineOf(const std::filesystem::path& file, const std::string& place) {
  const auto text = readRegularFile(file, place);
  auto line = text.substr(0, text.find('\n'));
  line.erase(line.find_last_not_of(" \r") + 1);
  return line;
}

}  // namespace larder::host
