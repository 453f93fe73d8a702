// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_DESCRIPTOR_HPP
#define LARDER_HTTP_DESCRIPTOR_HPP

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace larder::http {

/// A file descriptor of its own, closed at its end.
class Descriptor {
 public:
  /// Throws std::system_error, which says `what`, if `number` is none.
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
  /// The caller closes it from now on.
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace larder::http

#endif
