// SPDX-License-Identifier: Apache-2.0
#include "http/output.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

using larder::http::Output;

namespace {

// Returns the entire output, sent `step` bytes at a time.
std::string drain(Output& output, std::size_t step) {
  std::string all;
  std::array<iovec, 4> parts;
  while (output.size() > 0) {
    const auto count = output.gather(parts);
    if (count == 0) return all + "(nothing to send)";
    const auto size = std::min(step, parts[0].iov_len);
    all.append(static_cast<const char*>(parts[0].iov_base), size);
    output.consume(size);
  }
  return all;
}

}  // namespace

TEST(Output, SendsEveryKindOfPieceInOrderInAnySteps) {
  const std::string large(20'000, 'l');
  const auto lent = std::make_shared<const std::string>("lent");
  for (const std::size_t step : {1u, 3u, 100'000u}) {
    Output output;
    output.append("head ");
    output.take(std::string(large));
    output.lend(lent, *lent);
    output.append(" tail");

    EXPECT_EQ(output.size(), 5 + large.size() + 4 + 5);
    EXPECT_EQ(drain(output, step), "head " + large + "lent tail") << step;
  }
}

TEST(Output, KeepsLentBytesUntilTheyAreSent) {
  auto lent = std::make_shared<const std::string>("lent");
  const std::weak_ptr<const std::string> watch = lent;
  Output output;
  output.lend(lent, *lent);
  lent.reset();

  output.consume(3);
  EXPECT_FALSE(watch.expired());
  output.consume(1);
  EXPECT_TRUE(watch.expired());
}

TEST(Output, CanBeUsedAgainWhenAllWasSent) {
  Output output;
  for (const std::string text : {"one", "two", "three"}) {
    output.append(text);
    EXPECT_EQ(drain(output, 2), text);
  }
}

TEST(Output, HoldsBoundedMemoryIfNeverFullySent) {
  const auto lent = std::make_shared<const std::string>(1000, 'l');
  Output output;
  output.append("first");
  for (int i = 0; i < 100'000; ++i) {
    output.lend(lent, *lent);
    output.append("head");
    output.consume(output.size() - 1);
  }

  EXPECT_LT(output.memory(), 16u << 10);
  EXPECT_EQ(drain(output, 1), "d");
}

TEST(Output, ReleasesMemoryWhenAllWasSent) {
  const auto lent = std::make_shared<const std::string>("lent");
  Output output;
  for (int i = 0; i < 10'000; ++i) {
    output.lend(lent, *lent);
    output.append("text");
  }
  output.take(std::string(100'000, 't'));
  output.consume(output.size());

  EXPECT_LT(output.memory(), 8u << 10);
}
