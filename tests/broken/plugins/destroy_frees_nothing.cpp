// SPDX-License-Identifier: Apache-2.0
// Keeps a backend with all its entries after destroy.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

larder_status create(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                     larder_text* error, const larder_backend** backend) {
  return createChanged(host, settings, count, error, backend,
                       [](larder_backend& table) { table.destroy = [](void*) {}; });
}

larder_plugin describe() {
  larder_plugin table = correctPlugin();
  table.create = create;
  return table;
}
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
