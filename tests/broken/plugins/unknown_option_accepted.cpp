// SPDX-License-Identifier: Apache-2.0
// Ignores unknown settings.
#include "changed_table.hpp"

#include <vector>

namespace larder::broken {
namespace {

bool isKnown(std::string_view name) {
  const plugin::Info info = Reference::info();
  for (std::uint32_t i = 0; i < info.optionCount; ++i)
    if (plugin::view(info.options[i].name) == name) return true;
  return false;
}

larder_status create(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                     larder_text* error, const larder_backend** backend) {
  std::vector<larder_setting> known;
  for (std::uint32_t i = 0; i < count; ++i)
    if (isKnown(plugin::view(settings[i].name))) known.push_back(settings[i]);
  return correctPlugin().create(host, known.data(), static_cast<std::uint32_t>(known.size()), error, backend);
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
