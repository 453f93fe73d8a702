// SPDX-License-Identifier: Apache-2.0
// Goes on after it was drained.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

void change(larder_backend& table) {
  table.drain = [](void*, std::uint64_t) -> larder_status { return LARDER_OK; };
}
}  // namespace
}  // namespace larder::broken

LARDER_CHANGED_BACKEND(larder::broken::change)
