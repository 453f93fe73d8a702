// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_FULL_NAME_HPP
#define LARDER_CACHE_FULL_NAME_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace larder {

/// A namespace as the backend sees it, with the cache's prefix. Allocates only if it is longer than usual.
class FullName {
 public:
  FullName(std::string_view prefix, std::string_view name) : size_(prefix.size() + 1 + name.size()) {
    char* at = short_.data();
    if (size_ > short_.size()) {
      long_.resize(size_);
      at = long_.data();
    }
    at = std::copy(prefix.begin(), prefix.end(), at);
    *at++ = ':';
    std::copy(name.begin(), name.end(), at);
  }

  std::string_view view() const { return long_.empty() ? std::string_view(short_.data(), size_) : long_; }

 private:
  std::size_t size_;
  std::array<char, 72> short_;
  std::string long_;
};

}  // namespace larder

#endif
