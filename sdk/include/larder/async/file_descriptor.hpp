// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_FILE_DESCRIPTOR_HPP
#define LARDER_ASYNC_FILE_DESCRIPTOR_HPP

#include <unistd.h>

#include <utility>

namespace larder::plugin {

/// Owns one open file descriptor, or none. Move-only.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~FileDescriptor() { close(); }

  int get() const { return fd_; }
  bool isOpen() const { return fd_ >= 0; }

 private:
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  int fd_ = -1;
};

}  // namespace larder::plugin

#endif
