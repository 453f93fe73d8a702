// SPDX-License-Identifier: Apache-2.0
// Declares a stride that is not the size of an option.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

larder_plugin describe() {
  larder_plugin table = correctPlugin();
  table.option_stride = 8;
  return table;
}
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
