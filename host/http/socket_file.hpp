// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_SOCKET_FILE_HPP
#define LARDER_HTTP_SOCKET_FILE_HPP

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "http/descriptor.hpp"

namespace larder::http {

/// The file of a Unix socket. The destructor removes it, unless another file has its name by then.
class SocketFile {
 public:
  /// Creates the file at `path` with `mode`, and binds `socket` to it before anyone can connect. Replaces the
  /// file of a socket that no process listens on. Throws std::invalid_argument if the path is empty or too
  /// long, and std::runtime_error if another process listens on it, another kind of file has the name, or the
  /// kernel refuses.
  SocketFile(std::string path, std::uint32_t mode, const Descriptor& socket);
  ~SocketFile();
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

 private:
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace larder::http

#endif
