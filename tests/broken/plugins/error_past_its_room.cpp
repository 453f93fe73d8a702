// SPDX-License-Identifier: Apache-2.0
// Writes up to 12 bytes of error text into a smaller buffer.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

larder_status create(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                     larder_text* error, const larder_backend** backend) {
  const std::uint32_t room = error->capacity;
  if (error->capacity > 0 && error->capacity < 12) error->capacity = 12;
  const larder_status status = correctPlugin().create(host, settings, count, error, backend);
  error->capacity = room;
  return status;
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
