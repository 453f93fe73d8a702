// SPDX-License-Identifier: Apache-2.0
//
// Released memory is freed. Measured from outside, as the process's memory, because a plugin may allocate in
// any way; so each test repeats an operation often enough for a leak to stand out.
#include "fixture.hpp"
#include "process_snapshot.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace larder::conformance {
namespace {

constexpr std::size_t kMiB = 1 << 20;

class Memory : public Conformance {
 protected:
  void SetUp() override {
#ifdef LARDER_CONFORMANCE_SANITIZED
    GTEST_SKIP() << "a sanitizer retains freed memory";
#endif
    Conformance::SetUp();
  }

  std::string sizeableValue() {
    return std::string(std::min<std::size_t>(64 * 1024, static_cast<std::size_t>(backend().maxValueSize())),
                       'v');
  }

  // Returns how much memory has grown after `rounds`. Earlier rounds fill pools that are reused.
  static std::size_t growthOver(int rounds, const std::function<void()>& round) {
    for (int i = 0; i < rounds / 4; ++i) round();
    const auto before = residentBytes();
    for (int i = 0; i < rounds; ++i) round();
    return std::max(residentBytes(), before) - before;
  }
};

TEST_F(Memory, OfReleasedValuesIsFreed) {
  const auto value = sizeableValue();

  const auto growth = growthOver(600, [&] {
    ASSERT_EQ(set("k", value).status, Status::ok);
    ASSERT_EQ(get("k").value.view().size(), value.size());
    ASSERT_EQ(erase("k").status, Status::ok);
  });

  EXPECT_LT(growth, 8 * kMiB);
}

TEST_F(Memory, OfOverwrittenValuesIsFreed) {
  const auto value = sizeableValue();

  const auto growth = growthOver(600, [&] { ASSERT_EQ(set("k", value).status, Status::ok); });

  EXPECT_LT(growth, 8 * kMiB);
}

TEST_F(Memory, OfDestroyedBackendsIsFreed) {
  const auto value = sizeableValue();
  Operation write = on(OpCode::set, "k");
  write.value = value;

  const auto growth = growthOver(150, [&] {
    const auto one = openAnother();
    ASSERT_EQ(one->perform(write, one->in(2s)).status, Status::ok);
  });

  EXPECT_LT(growth, 5 * kMiB);
}

}  // namespace
}  // namespace larder::conformance
