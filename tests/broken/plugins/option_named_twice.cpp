// SPDX-License-Identifier: Apache-2.0
// Has two options with the same name.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

constexpr larder_option kOptions[] = {
    plugin::option("patience", LARDER_OPTION_DURATION, "1s", "how long to wait for nothing", 1, 10'000),
    plugin::option("patience", LARDER_OPTION_INTEGER, "1", "how often"),
};

larder_plugin describe() { return pluginOffering(kOptions); }
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
