// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <larder/plugin_library.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "servers/temp_directory.hpp"
#include "servers/text.hpp"

using namespace larder;

namespace {

using larder::servers::contains;
using larder::servers::contentsOf;

// Returns the message with which a file is refused; empty if it is loaded.
std::string refusal(const std::filesystem::path& file) {
  try {
    PluginLibrary::load(file);
    return {};
  } catch (const PluginError& error) {
    return error.what();
  }
}

std::filesystem::path write(const std::filesystem::path& file, const std::string& contents) {
  std::ofstream(file, std::ios::binary) << contents;
  return file;
}

}  // namespace

TEST(PluginLibraryLoad, ReadsIdentityAndOptions) {
  const auto library = PluginLibrary::load(LARDER_LRU_PLUGIN);

  EXPECT_EQ(library->name(), "lru");
  EXPECT_EQ(library->note().abiMajor, LARDER_ABI_MAJOR);
  EXPECT_FALSE(library->options().empty());
}

TEST(PluginLibraryLoad, RefusesATextFile) {
  const larder::servers::TempDirectory directory("plugin");
  const auto file = write(directory.path() / "text.so", "just words\n");

  EXPECT_EQ(refusal(file),
            file.string() + ": is not a shared library (no ELF file); name the plugin's .so file");
}

TEST(PluginLibraryLoad, RefusesAnEmptyFile) {
  const larder::servers::TempDirectory directory("plugin");

  EXPECT_TRUE(contains(refusal(write(directory.path() / "empty.so", "")), "is not a shared library"));
}

TEST(PluginLibraryLoad, RefusesEveryTruncationOfAPlugin) {
  const larder::servers::TempDirectory directory("plugin");
  const auto whole = contentsOf(LARDER_LRU_PLUGIN);
  for (const double part : {0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999}) {
    const auto size = static_cast<std::size_t>(static_cast<double>(whole.size()) * part);

    const auto why = refusal(write(directory.path() / "cut.so", whole.substr(0, size)));

    EXPECT_TRUE(contains(why, "is cut short") || contains(why, "is not a")) << part << ": " << why;
  }
}

TEST(PluginLibraryLoad, RefusesAnotherMajorBeforeItsCodeRuns) {
  const auto why = refusal(LARDER_OTHER_MAJOR_PLUGIN);  // its constructor aborts

  EXPECT_TRUE(contains(why, "built for ABI 2.7, this host speaks 1.x; rebuild it with the 1.x SDK")) << why;
}

TEST(PluginLibraryLoad, RefusesAPluginThatNeedsANewerHost) {
  EXPECT_TRUE(contains(refusal(LARDER_NEWER_HOST_PLUGIN), "needs a host of ABI 1.999 or later"));
}

TEST(PluginLibraryLoad, RefusesALibraryWithoutTheNote) {
  EXPECT_TRUE(contains(refusal(LARDER_NO_NOTE_PLUGIN), "is not a Larder plugin"));
}

TEST(PluginLibraryLoad, RefusesAPluginWithoutTheEntry) {
  EXPECT_TRUE(contains(refusal(LARDER_NO_ENTRY_PLUGIN), "does not export larder_plugin_v1"));
}

TEST(PluginLibraryLoad, RefusesARelativePath) {
  EXPECT_TRUE(contains(refusal("lru.so"), "is not an absolute path"));
}

TEST(FindPlugin, NamesTheDirectoriesItLookedIn) {
  try {
    findPlugin("nowhere", {"/a", "/b"});
    FAIL() << "was found";
  } catch (const PluginError& error) {
    EXPECT_STREQ(error.what(),
                 "plugin \"nowhere\": no nowhere.so in /a, /b; install it there or give an absolute path");
  }
}

TEST(FindPlugin, RefusesANameWithASlash) { EXPECT_THROW(findPlugin("../lru", {"/tmp"}), PluginError); }
