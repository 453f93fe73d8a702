// SPDX-License-Identifier: Apache-2.0
#include <larder/async/wake_up.hpp>

#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace larder::plugin {

WakeUp::WakeUp() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!event_.isOpen()) throw std::system_error(errno, std::generic_category(), "eventfd");
}

// Neither call can fail in a way that matters: a full counter stays readable, and an empty counter is the
// result that clear wants.
void WakeUp::ring() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

void WakeUp::clear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto size = ::read(event_.get(), &count, sizeof count);
}

}  // namespace larder::plugin
