// SPDX-License-Identifier: Apache-2.0
#include <larder/plugin_library.hpp>
#include <larder/quantity.hpp>

namespace larder {

std::string formatRange(const PluginOption& option) {
  if (option.min >= option.max) return {};
  const auto show = [&option](std::int64_t number) {
    if (option.type == LARDER_OPTION_DURATION) return formatDuration(std::chrono::milliseconds(number));
    if (option.type == LARDER_OPTION_SIZE) return formatSize(number);
    return std::to_string(number);
  };
  return show(option.min) + " to " + show(option.max);
}

}  // namespace larder
