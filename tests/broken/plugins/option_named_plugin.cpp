// SPDX-License-Identifier: Apache-2.0
// Has an option that no user can set, because the host's configuration has a key of that name.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

constexpr larder_option kOptions[] = {
    plugin::option("plugin", LARDER_OPTION_STRING, "", "what else to load"),
};

larder_plugin describe() { return pluginOffering(kOptions); }
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
