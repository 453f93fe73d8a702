// SPDX-License-Identifier: Apache-2.0
#include "credentials.hpp"

#include <larder/async/file_descriptor.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace larder::redis {
namespace {

constexpr std::size_t longestPassword = 4096;

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw std::runtime_error("auth_file: " + file + ": " + why);
}

// Without O_NONBLOCK, opening a FIFO would block the thread.
std::string firstLineOf(const std::string& file) {
  const plugin::FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened.isOpen()) refuse(file, std::generic_category().message(errno));
  struct stat facts {};
  if (::fstat(opened.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) refuse(file, "is not a regular file");
  std::array<char, longestPassword + 2> bytes{};
  const ssize_t size = ::read(opened.get(), bytes.data(), bytes.size());
  if (size < 0) refuse(file, std::generic_category().message(errno));
  std::string line(bytes.data(), static_cast<std::size_t>(size));
  line.resize(std::min(line.find_first_of("\r\n"), line.size()));
  if (line.empty()) refuse(file, "its first line is empty; write the password there");
  if (line.size() > longestPassword)
    refuse(file, "the password is longer than " + std::to_string(longestPassword) + " bytes");
  return line;
}

bool isTheSame(const struct stat& one, const struct stat& other) {
  return one.st_ino == other.st_ino && one.st_dev == other.st_dev && one.st_size == other.st_size &&
         one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

}  // namespace

Credentials::Credentials(std::string user, std::string password, std::string file)
    : user_(std::move(user)), password_(std::move(password)), file_(std::move(file)) {
  if (lieInAFile()) refresh();
}

// stat() runs before the read, so the next call notices a change that happens in between.
bool Credentials::refresh() {
  if (!lieInAFile()) return false;
  struct stat facts {};
  if (::stat(file_.c_str(), &facts) != 0) facts = {};
  if (password_.empty() || !isTheSame(facts, seen_)) {
    seen_ = facts;
    std::string read = firstLineOf(file_);
    std::swap(read, password_);
    return read != password_;
  }
  return false;
}

}  // namespace larder::redis
