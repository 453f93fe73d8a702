/* SPDX-License-Identifier: Apache-2.0
 *
 * larder.sizing/1, an extension of the plugin ABI (larder/abi.h, whose conventions hold here too): what a
 * backend with a bound would answer if it had less or more memory.
 *
 * A backend has the extension if its get_extension returns a larder_sizing for LARDER_SIZING. Hosts and
 * plugins of any minor of ABI 1 may use it. */
#ifndef LARDER_SIZING_H
#define LARDER_SIZING_H

#include <larder/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LARDER_SIZING "larder.sizing/1"

/* One other size of the cache. Frozen. */
typedef struct larder_sizing_point {
  uint64_t percent; /* of the memory that it has; 100: as it is */
  /* How many of the report's gets would have missed, estimated. Never decreases; may exceed `gets` a little.
   * At 100 it is an estimate as well, so comparing it with the report's `misses` shows the error. */
  uint64_t misses;
} larder_sizing_point;

/* Allocated by the host, which sets struct_size, points and count, and clears the rest. */
typedef struct larder_sizing_report {
  uint32_t struct_size;
  uint32_t count;              /* in: room in `points`; out: how many were written, by ascending percent */
  larder_sizing_point* points; /* in; 8 are enough for any backend */
  uint64_t gets;               /* GETs that the estimate is about, perhaps not all; never decreases */
  uint64_t misses;             /* of these; counted, not estimated; never decreases */
} larder_sizing_report;

typedef struct larder_sizing {
  uint32_t struct_size;
  uint32_t reserved;
  /* Fills in the report. Never waits for I/O. `self` is the backend's. [any-thread] */
  void (*report)(void* self, larder_sizing_report* report);
} larder_sizing;

#if UINTPTR_MAX == UINT64_MAX
LARDER_LAYOUT_(sizeof(larder_sizing_point) == 16);
LARDER_LAYOUT_(sizeof(larder_sizing_report) == 32);
LARDER_LAYOUT_(sizeof(larder_sizing) == 16);
#endif

#ifdef __cplusplus
}
#endif

#endif
