// SPDX-License-Identifier: Apache-2.0
// Marks two options as the one that takes the URL.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

constexpr larder_option kOptions[] = {
    plugin::option("url", LARDER_OPTION_STRING, "", "where it is", 0, 0, LARDER_OPTION_URL),
    plugin::option("uri", LARDER_OPTION_STRING, "", "where it is", 0, 0, LARDER_OPTION_URL),
};

larder_plugin describe() { return pluginOffering(kOptions); }
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
