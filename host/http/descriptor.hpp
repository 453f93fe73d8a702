// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_DESCRIPTOR_HPP
#define LARDER_HTTP_DESCRIPTOR_HPP

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace larder::http {

/// Owns a file descriptor and closes it on destruction.
class Descriptor {
 public:
  /// Takes ownership of `number`. Throws std::system_error with errno and the text `what` if it is negative.
  Descriptor(int number, const std::string& what) : number_(number) {
    if (number < 0) throw std::system_error(errno, std::generic_category(), what);
  }
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int get() const { return number_; }
  /// Gives up ownership: the caller closes the descriptor.
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace larder::http

#endif
