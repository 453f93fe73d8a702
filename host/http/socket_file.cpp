// SPDX-License-Identifier: Apache-2.0
#include "http/socket_file.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace larder::http {
namespace {

sockaddr_un addressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    throw std::invalid_argument("\"unix:" + path + "\" needs a path of 1 to " +
                                std::to_string(sizeof address.sun_path - 1) + " bytes");
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw std::runtime_error("cannot listen on unix:" + path + ": " + why);
}

std::string reason(int error) { return std::generic_category().message(error); }

// A socket left behind by a dead process refuses connections; one in use accepts them, or its backlog is
// full.
void removeStale(const std::string& path, const sockaddr_un& address) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return;
  if (!S_ISSOCK(found.st_mode))
    refuse(path, "a file with this name is not a socket; remove it or choose another");
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno != ECONNREFUSED)
    refuse(path, "another process listens on it; choose another path or stop that process");
  ::unlink(path.c_str());
}

}  // namespace

SocketFile::SocketFile(std::string path, std::uint32_t mode, const Descriptor& socket)
    : path_(std::move(path)) {
  const auto address = addressOf(path_);
  removeStale(path_, address);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    refuse(path_, reason(errno));
  struct stat made {};
  if (::chmod(path_.c_str(), static_cast<mode_t>(mode)) != 0 || ::lstat(path_.c_str(), &made) != 0) {
    const auto why = reason(errno);
    ::unlink(path_.c_str());
    refuse(path_, why);
  }
  device_ = made.st_dev;
  inode_ = made.st_ino;
}

SocketFile::~SocketFile() {
  struct stat now {};
  if (::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_)
    ::unlink(path_.c_str());
}

}  // namespace larder::http
