// SPDX-License-Identifier: Apache-2.0
//
// Host and plugin may know different sizes of a struct; each must write only members that the other has room
// for.
#include "fixture.hpp"
#include "raw_backend.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>

namespace larder::conformance {
namespace {

class StructSizes : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    raw_ = std::make_unique<RawBackend>(*subject().library, subject().settings);
  }
  const RawBackend& raw() { return *raw_; }

  std::unique_ptr<RawBackend> raw_;
};

// The statistics struct of a host that has room for `size` bytes, followed by guard bytes.
struct RoomyStats {
  larder_stats stats;
  unsigned char behind[64];

  explicit RoomyStats(std::uint32_t size) {
    std::memset(this, 0xff, sizeof *this);
    stats.struct_size = size;
    stats.reserved = 0;
  }

  bool isUntouchedFrom(std::size_t offset) const {
    const auto* bytes = reinterpret_cast<const unsigned char*>(this);
    return std::all_of(bytes + offset, bytes + sizeof *this, [](unsigned char byte) { return byte == 0xff; });
  }
};

TEST_F(StructSizes, StatisticsStayWithinAnOlderHostsStruct) {
  constexpr std::uint32_t size = 104;  // sizeof(larder_stats) in ABI 1.0, the minimum
  ASSERT_EQ(RawOp(LARDER_OP_GET, space_, "k").perform(raw()), LARDER_MISS);
  RoomyStats older(size);

  raw().table().stats(raw().table().self, &older.stats);

  EXPECT_TRUE(older.isUntouchedFrom(size));
  EXPECT_EQ(older.stats.struct_size, size);
}

TEST_F(StructSizes, StatisticsOfANewerHostAreFilledAsFarAsTheyAreKnown) {
  ASSERT_EQ(RawOp(LARDER_OP_GET, space_, "k").perform(raw()), LARDER_MISS);
  RoomyStats current(sizeof(larder_stats));
  RoomyStats newer(sizeof(RoomyStats));

  raw().table().stats(raw().table().self, &current.stats);
  raw().table().stats(raw().table().self, &newer.stats);

  EXPECT_EQ(newer.stats.misses, current.stats.misses);
  EXPECT_TRUE(newer.isUntouchedFrom(sizeof(larder_stats)));
}

TEST_F(StructSizes, LaterMembersOfANewerHostsOperationAreUnchanged) {
  struct NewerOp {
    larder_op known;
    unsigned char laterMembers[64];
  };
  for (std::uint32_t opcode = LARDER_OP_GET; opcode <= LARDER_OP_PING; ++opcode) {
    RawOp plain(opcode, space_, "k", "value");
    NewerOp newer;
    std::memset(&newer, 0xa5, sizeof newer);
    newer.known = plain.op();
    newer.known.struct_size = sizeof newer;
    newer.known.complete = nullptr;

    raw().submit(newer.known);

    if (newer.known.result.release != nullptr) newer.known.result.release(newer.known.result.owner);
    for (const unsigned char byte : newer.laterMembers) ASSERT_EQ(byte, 0xa5) << "opcode " << opcode;
  }
}

TEST_F(StructSizes, AnOperationOfAnOlderHostIsNotWrittenBeyondItsEnd) {
  constexpr std::uint32_t size = 232;  // sizeof(larder_op) in ABI 1.0, the minimum
  constexpr std::int64_t untouched = 79;
  ASSERT_EQ(RawOp(LARDER_OP_SET, space_, "k", "value").perform(raw()), LARDER_OK);
  for (const auto opcode : {LARDER_OP_GET, LARDER_OP_INTROSPECT}) {
    RawOp older(opcode, space_, "k");
    older.op().struct_size = size;
    older.op().result_idle_ms = untouched;

    older.perform(raw());

    EXPECT_EQ(older.op().result_idle_ms, untouched) << "opcode " << opcode;
  }
}

TEST_F(StructSizes, AnOperationWritesOnlyTheResultsOfItsOpcode) {
  for (const auto opcode :
       {LARDER_OP_SET, LARDER_OP_GET, LARDER_OP_EXISTS, LARDER_OP_DELETE, LARDER_OP_PING}) {
    RawOp raw_op(opcode, space_, "k", "value");
    raw_op.op().result_ttl_ms = 77;
    raw_op.op().result_number = 78;

    ASSERT_EQ(raw_op.perform(raw()), LARDER_OK) << "opcode " << opcode;

    if (opcode != LARDER_OP_GET) {
      EXPECT_EQ(raw_op.op().result_ttl_ms, 77) << "opcode " << opcode;
    }
    EXPECT_EQ(raw_op.op().result_number, 78) << "opcode " << opcode;
    EXPECT_FALSE(opcode != LARDER_OP_GET && raw_op.op().result.release != nullptr) << "opcode " << opcode;
  }
}

}  // namespace
}  // namespace larder::conformance
