// SPDX-License-Identifier: Apache-2.0
#include "logging/line_sink.hpp"

#include <poll.h>
#include <unistd.h>

#include <cstddef>

namespace larder::host {
namespace {

// PIPE_BUF on Linux: poll() guarantees room for this much, and the kernel does not interleave it with other
// writers' data.
constexpr std::size_t kAtomicWrite = 4096;

}  // namespace

void LineSink::write(const std::string& line) {
  if (line.size() > kAtomicWrite) return;
  const std::lock_guard lock(mutex_);
  pollfd room{descriptor_, POLLOUT, 0};
  if (::poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0) return;
  static_cast<void>(!::write(descriptor_, line.data(), line.size()));
}

}  // namespace larder::host
