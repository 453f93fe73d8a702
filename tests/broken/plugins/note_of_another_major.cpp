// SPDX-License-Identifier: Apache-2.0
// Its note says that it was built for ABI 2.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

larder_plugin describe() {
  larder_plugin table = correctPlugin();
  table.abi_major = 2;
  return table;
}

}  // namespace
}  // namespace larder::broken

__attribute__((used, section(LARDER_NOTE_SECTION), aligned(4))) static const larder_note the_note = {
    8u,
    sizeof(larder_note) - offsetof(larder_note, abi_major),
    LARDER_NOTE_TYPE,
    LARDER_NOTE_OWNER,
    2u,
    0u,
    0u,
    "broken",
    "1.0.0",
    LARDER_BUILD};
LARDER_CHANGED_PLUGIN(larder::broken::describe)
