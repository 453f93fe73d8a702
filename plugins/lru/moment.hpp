// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_MOMENT_HPP
#define LARDER_LRU_MOMENT_HPP

#include <larder/abi.h>

#include <cstdint>

namespace larder::lru {

/// The time of one batch of operations. Reads the host's clock at most once, on first use; a look-up of an
/// entry that never expires does not need it.
class Moment {
 public:
  explicit Moment(const larder_host* host) : host_(host) {}

  std::uint64_t ns() {
    if (now_ == 0) now_ = host_->monotonic_ns(host_->self);
    return now_;
  }

 private:
  const larder_host* host_;
  std::uint64_t now_ = 0;
};

}  // namespace larder::lru

#endif
