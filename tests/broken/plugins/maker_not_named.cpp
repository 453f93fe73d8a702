// SPDX-License-Identifier: Apache-2.0
// Does not name its vendor.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

larder_plugin describe() {
  larder_plugin table = correctPlugin();
  table.vendor = {};
  return table;
}
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
