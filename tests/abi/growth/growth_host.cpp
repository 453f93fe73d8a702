// SPDX-License-Identifier: Apache-2.0
//
// The SDK and a plugin, each built with the current or the grown header: growth_host PLUGIN MINOR. Core
// operations must work in all four combinations. Additions must work where both sides have them, and must be
// refused cleanly where the plugin is older.
#include <larder/backend.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>

using namespace larder;
using namespace std::chrono_literals;

namespace {

std::string plugin_file;
bool plugin_is_newer = false;

class Growth : public ::testing::Test {
 protected:
  Outcome perform(const Operation& operation) { return backend_->perform(operation, backend_->in(5s)); }

  HostServices services_;
  std::unique_ptr<Backend> backend_ =
      Backend::open(PluginLibrary::load(plugin_file), "growth", {}, services_);
};

}  // namespace

TEST_F(Growth, CoreOperationsWork) {
  EXPECT_EQ(perform({.code = OpCode::set, .nameSpace = "n", .key = "k", .value = "v", .ttl = 1h}).status,
            Status::ok);
  EXPECT_EQ(perform({.code = OpCode::get, .nameSpace = "n", .key = "k"}).value.view(), "v");
  EXPECT_EQ(perform({.code = OpCode::clearNamespace, .nameSpace = "n"}).status, Status::ok);
  EXPECT_EQ(perform({.code = OpCode::get, .nameSpace = "n", .key = "k"}).status, Status::miss);
}

TEST_F(Growth, EveryRowOfTheOptionsTableIsRead) {
  const auto& options = backend_->library().options();

  ASSERT_EQ(options.size(), 2u);
  EXPECT_EQ(options[1].name, "second");
  EXPECT_EQ(options[1].max, 10);
}

TEST_F(Growth, OnlyTheStatisticsOfTheOlderSideAreFilled) {
  // The bytes after the struct that this host knows must stay unchanged.
  struct {
    larder_stats stats;
    std::array<unsigned char, 64> behind;
  } room;
  std::memset(&room, 0xaa, sizeof room);
  room.stats.struct_size = sizeof room.stats;

  backend_->table().stats(backend_->table().self, &room.stats);

  EXPECT_EQ(room.stats.entries, 1u);
  for (const auto byte : room.behind) ASSERT_EQ(byte, 0xaa);
#ifdef LARDER_GROWN
  EXPECT_EQ(room.stats.grown, plugin_is_newer ? 7u : 0xaaaaaaaaaaaaaaaau);
#endif
}

TEST_F(Growth, ANewOperationIsPerformedByANewerPluginAndRefusedByAnOlderOne) {
#ifdef LARDER_GROWN
  constexpr std::uint32_t opcode = LARDER_OP_GROWN;
  constexpr std::uint32_t flag = LARDER_GROWN_FLAG;
#else
  constexpr std::uint32_t opcode = 9;  // unknown to this host, but an application might pass it on
  constexpr std::uint32_t flag = 1u << 30;
#endif
  larder_op op{};
  op.struct_size = sizeof op;
  op.opcode = opcode;
  op.flags = flag;
#ifdef LARDER_GROWN
  op.grown = 42;
#endif
  larder_op* const ops[] = {&op};
  larder_status status = LARDER_INTERNAL;

  backend_->table().submit(backend_->table().self, ops, 1, &status);

  EXPECT_EQ(status, plugin_is_newer ? LARDER_OK : LARDER_UNSUPPORTED);
#ifdef LARDER_GROWN
  constexpr std::int64_t seen = 42;
#else
  constexpr std::int64_t seen = -1;  // this host's struct has no such member to read
#endif
  EXPECT_EQ(op.result_number, plugin_is_newer ? seen : 0);
}

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc != 3) return 2;
  plugin_file = argv[1];
  plugin_is_newer = std::string(argv[2]) == "newer";
  return RUN_ALL_TESTS();
}
