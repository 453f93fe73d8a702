// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIT_COUNTED_ALLOCATIONS_HPP
#define LARDER_UNIT_COUNTED_ALLOCATIONS_HPP

namespace larder {

/// How often operator new was called in this program, by anybody in it. Linking this replaces the operator.
long allocationCount();

/// How many of these have not been deleted.
long liveAllocations();

}  // namespace larder

#endif
