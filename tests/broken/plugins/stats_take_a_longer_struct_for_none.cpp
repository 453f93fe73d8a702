// SPDX-License-Identifier: Apache-2.0
// Fills statistics only if their size is the one it was built with.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

decltype(larder_backend::stats) correct_stats = nullptr;

void stats(void* self, larder_stats* stats) {
  if (stats->struct_size == sizeof *stats) correct_stats(self, stats);
}

larder_status create(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                     larder_text* error, const larder_backend** backend) {
  return createChanged(host, settings, count, error, backend, [](larder_backend& table) {
    correct_stats = table.stats;
    table.stats = stats;
  });
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
