// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIT_COUNTED_ALLOCATIONS_HPP
#define LARDER_UNIT_COUNTED_ALLOCATIONS_HPP

namespace larder {

/// Returns the number of calls of operator new in this program so far. Linking this replaces the operator.
long allocationCount();

/// Returns how many of these allocations have not been deleted.
long liveAllocations();

}  // namespace larder

#endif
