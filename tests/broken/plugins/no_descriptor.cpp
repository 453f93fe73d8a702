// SPDX-License-Identifier: Apache-2.0
// Its entry point returns null.
#include "changed_table.hpp"

namespace larder::broken {
namespace {}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
extern "C" __attribute__((visibility("default"))) const larder_plugin* larder_plugin_v1(std::uint32_t) {
  return nullptr;
}
