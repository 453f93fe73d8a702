// SPDX-License-Identifier: Apache-2.0
// Accepts only a host whose struct has the size that it was built with.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

larder_status create(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                     larder_text* error, const larder_backend** backend) {
  if (host->struct_size == sizeof *host) return correctPlugin().create(host, settings, count, error, backend);
  plugin::write(*error, "wrong host");
  return LARDER_INTERNAL;
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
