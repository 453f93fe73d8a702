/* SPDX-License-Identifier: Apache-2.0
 * Has the note, forgets to export the entry. */
#include <larder/abi.h>

LARDER_DEFINE_NOTE("no_entry", "1.0.0");
