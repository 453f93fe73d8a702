// SPDX-License-Identifier: Apache-2.0
// Its note names another ABI minor than its descriptor.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

larder_plugin describe() {
  larder_plugin table = correctPlugin();
  table.abi_minor = 7;
  return table;
}
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
