/* SPDX-License-Identifier: Apache-2.0
 * Needs a host that knows ABI 1.999. */
#include <larder/abi.h>

__attribute__((used, section(LARDER_NOTE_SECTION), aligned(4))) static const larder_note note = {
    8u,
    (uint32_t)(sizeof(larder_note) - offsetof(larder_note, abi_major)),
    LARDER_NOTE_TYPE,
    LARDER_NOTE_OWNER,
    LARDER_ABI_MAJOR,
    999u,
    999u,
    "newer",
    "1.0.0",
    LARDER_BUILD};

__attribute__((visibility("default"))) const larder_plugin* larder_plugin_v1(uint32_t host_minor);
const larder_plugin* larder_plugin_v1(uint32_t host_minor) {
  (void)host_minor;
  return NULL;
}
