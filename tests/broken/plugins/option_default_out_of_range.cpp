// SPDX-License-Identifier: Apache-2.0
// The default of an option is out of range.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

constexpr larder_option kOptions[] = {
    plugin::option("patience", LARDER_OPTION_DURATION, "1h", "how long to wait for nothing", 1, 10'000),
    plugin::option("password", LARDER_OPTION_STRING, "", "of nobody", 0, 64, LARDER_OPTION_SECRET),
};

larder_plugin describe() { return pluginOffering(kOptions); }
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
