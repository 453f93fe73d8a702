// SPDX-License-Identifier: Apache-2.0
// Returns both CONFIG and a backend.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

larder_status create(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                     larder_text* error, const larder_backend** backend) {
  static const larder_backend none{};
  const larder_status status = correctPlugin().create(host, settings, count, error, backend);
  if (status != LARDER_OK) *backend = &none;
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
