/* SPDX-License-Identifier: Apache-2.0
 * A valid shared library that is not a Larder plugin. */
int larder_no_note(void);
int larder_no_note(void) { return 1; }
