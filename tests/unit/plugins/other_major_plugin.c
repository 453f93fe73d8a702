/* SPDX-License-Identifier: Apache-2.0
 * Claims to be built for ABI 2.7, and ends the process if any of its code runs. */
#include <larder/abi.h>
#include <stdlib.h>

__attribute__((used, section(LARDER_NOTE_SECTION), aligned(4))) static const larder_note note = {
    8u,
    (uint32_t)(sizeof(larder_note) - offsetof(larder_note, abi_major)),
    LARDER_NOTE_TYPE,
    LARDER_NOTE_OWNER,
    2u,
    7u,
    0u,
    "other",
    "1.0.0",
    LARDER_BUILD};

__attribute__((constructor)) static void run(void) { abort(); }

__attribute__((visibility("default"))) const larder_plugin* larder_plugin_v1(uint32_t host_minor);
const larder_plugin* larder_plugin_v1(uint32_t host_minor) {
  (void)host_minor;
  return NULL;
}
