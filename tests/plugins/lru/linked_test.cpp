// SPDX-License-Identifier: Apache-2.0
//
// The lru plugin linked into the program: no test here loads a plugin file.
#include <larder/plugin_lru.h>
#include <larder/backend.hpp>

#include <gtest/gtest.h>

#include <string>

namespace larder {
namespace {

PluginSearch withoutFiles() {
  PluginSearch search;
  search.directories.clear();
  return search;
}

PluginSearch linkedSearch() {
  PluginSearch search = withoutFiles();
  search.linked.push_back(PluginLibrary::linked(larder_plugin_lru));
  return search;
}

class LinkedLru : public ::testing::TestWithParam<const char*> {};

TEST_P(LinkedLru, StoresWithoutAPluginFile) {
  HostServices services;
  const auto backend = Backend::open(GetParam(), services, linkedSearch());

  ASSERT_EQ(
      backend->perform({.code = OpCode::set, .nameSpace = "n", .key = "k", .value = "v"}, Deadline::none())
          .status,
      Status::ok);

  EXPECT_EQ(
      backend->perform({.code = OpCode::get, .nameSpace = "n", .key = "k"}, Deadline::none()).value.view(),
      "v");
  EXPECT_EQ(backend->stats().capacity, 1u << 20);
}

INSTANTIATE_TEST_SUITE_P(By, LinkedLru, ::testing::Values("lru://?max_bytes=1MiB", "lru?max_bytes=1MiB"),
                         [](const auto& test) { return test.index == 0 ? "scheme" : "name"; });

TEST(LinkedPlugin, IsUsedOnlyIfItIsPassedIn) {
  HostServices services;

  EXPECT_THROW(Backend::open("lru://", services, withoutFiles()), PluginError);
}

TEST(LinkedPlugin, DoesNotServeSchemesOfOtherPlugins) {
  HostServices services;

  EXPECT_THROW(Backend::open("redis://localhost", services, linkedSearch()), PluginError);
}

TEST(LinkedPlugin, ReportsItsNameOptionsAndOrigin) {
  const auto library = PluginLibrary::linked(larder_plugin_lru);

  EXPECT_EQ(library->name(), "lru");
  EXPECT_EQ(library->file(), "linked:lru");
  EXPECT_FALSE(library->options().empty());
}

TEST(LinkedPlugin, IsRefusedIfItWasBuiltForAnotherAbi) {
  const auto entry = [](std::uint32_t minor) -> const larder_plugin* {
    static const larder_plugin other = [minor] {
      larder_plugin plugin = *larder_plugin_lru(minor);
      plugin.abi_major = LARDER_ABI_MAJOR + 1;
      return plugin;
    }();
    return &other;
  };

  try {
    PluginLibrary::linked(entry);
    FAIL() << "accepted";
  } catch (const PluginError& error) {
    EXPECT_NE(std::string(error.what()).find("linked:lru: built for ABI 2."), std::string::npos)
        << error.what();
  }
}

TEST(LinkedPlugin, IsRefusedIfItReturnsNoDescriptor) {
  EXPECT_THROW(PluginLibrary::linked([](std::uint32_t) -> const larder_plugin* { return nullptr; }),
               PluginError);
}

}  // namespace
}  // namespace larder
