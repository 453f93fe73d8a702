/* SPDX-License-Identifier: Apache-2.0
 * An honest shared library that is no plugin of ours. */
int larder_no_note(void);
int larder_no_note(void) { return 1; }
