// SPDX-License-Identifier: Apache-2.0
#include "arena.hpp"

#include <gtest/gtest.h>

namespace larder::lru_test {
namespace {

TEST(LruArena, ReservesLessAddressSpaceWhereTheProcessIsLimited) {
  lru::Arena arena(std::uint64_t{1} << 46, 64 * 1024);

  const std::uint32_t span = arena.acquireSpan(1);

  ASSERT_NE(span, lru::Arena::kNoSpan);
  arena.at(arena.refOf(1, span, 0)).next = 1;
  arena.releaseSpan(1, span);
}

}  // namespace
}  // namespace larder::lru_test
