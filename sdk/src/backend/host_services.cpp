// SPDX-License-Identifier: Apache-2.0
#include <larder/host_services.hpp>

#include <ctime>

namespace larder {
namespace {

std::chrono::nanoseconds read(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

std::chrono::nanoseconds SystemClock::monotonic() const { return read(CLOCK_MONOTONIC); }

std::chrono::milliseconds SystemClock::realtime() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(read(CLOCK_REALTIME));
}

const Clock& HostServices::clock() const {
  static const SystemClock clock;  // stateless, so sharing it is not observable
  return clock;
}

}  // namespace larder
