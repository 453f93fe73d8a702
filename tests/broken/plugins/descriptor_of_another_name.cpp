// SPDX-License-Identifier: Apache-2.0
// Its note has another name than its descriptor.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

larder_plugin describe() { return correctPlugin(); }

}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("unbroken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
