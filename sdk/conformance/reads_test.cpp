// SPDX-License-Identifier: Apache-2.0
//
// State that a GET must not change.
#include "fixture.hpp"

#include <string>
#include <vector>

namespace larder::conformance {
namespace {

using Reads = Conformance;

TEST_F(Reads, DoNotExtendTheLifeOfAnEntry) {
  ASSERT_EQ(set("k", "value", 60ms).status, Status::ok);

  for (int i = 0; i < 4; ++i) {
    pass(20ms);
    get("k");
  }

  EXPECT_EQ(valueOf("k"), "<miss>");
}

TEST_F(Reads, DoNotChangeHeldValues) {
  constexpr int count = 50;
  for (int i = 0; i < count; ++i)
    ASSERT_EQ(set(std::to_string(i), "value " + std::to_string(i)).status, Status::ok);

  std::vector<Outcome> held;
  for (int i = 0; i < count; ++i) held.push_back(get(std::to_string(i)));

  for (int i = 0; i < count; ++i)
    EXPECT_EQ(shown(held[static_cast<std::size_t>(i)]), "value " + std::to_string(i));
}

}  // namespace
}  // namespace larder::conformance
