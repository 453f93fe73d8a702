/* SPDX-License-Identifier: Apache-2.0
 * Prints the layout of abi.h, one line per member, for comparison with layout.txt: a change of the ABI
 * shows up in a review as a change of that file. */
#include <larder/abi.h>
#include <stdio.h>

#define STRUCT(type) printf("%s: %zu bytes\n", #type, sizeof(type))
#define MEMBER(type, member) \
  printf("  %3zu %3zu %s\n", offsetof(type, member), sizeof(((type*)0)->member), #member)

int main(void) {
  printf("larder ABI %u.%u\n", LARDER_ABI_MAJOR, LARDER_ABI_MINOR);
#include "layout_members.inc"
  return 0;
}
