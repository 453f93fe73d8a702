// SPDX-License-Identifier: Apache-2.0
// Does not describe an option.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

constexpr larder_option kOptions[] = {plugin::option("patience", LARDER_OPTION_DURATION, "100ms", "")};

larder_plugin describe() { return pluginOffering(kOptions); }
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
