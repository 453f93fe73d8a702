// SPDX-License-Identifier: Apache-2.0
#include "serve/plugin_set.hpp"
#include "serve/open_backend.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "servers/temp_directory.hpp"

using namespace larder;
using namespace larder::host;

TEST(PluginSet, ReturnsTheSameLibraryForTheSameFile) {
  PluginSet plugins({std::filesystem::path(LARDER_LRU_PLUGIN).parent_path()}, {});

  EXPECT_EQ(plugins.load("lru"), plugins.load(LARDER_LRU_PLUGIN));
}

TEST(PluginSet, RefusesASecondFileThatClaimsTheName) {
  const larder::servers::TempDirectory directory("set");
  const auto copy = directory.path() / "other.so";
  std::filesystem::copy_file(LARDER_LRU_PLUGIN, copy);
  PluginSet plugins({}, {});
  const auto used = plugins.load(LARDER_LRU_PLUGIN);

  try {
    plugins.load(copy.string());
    FAIL() << "was loaded";
  } catch (const PluginError& error) {
    EXPECT_EQ(error.what(), copy.string() + ": its plugin is named \"lru\" like that of " LARDER_LRU_PLUGIN
                                            ", which is in use; let both backends use one file");
  }
}

TEST(PluginSet, AcceptsASecondFileOfANameWhoseBackendFailedToOpen) {
  const larder::servers::TempDirectory directory("set");
  const auto copy = directory.path() / "other.so";
  std::filesystem::copy_file(LARDER_LRU_PLUGIN, copy);
  PluginSet plugins({}, {});
  HostServices services;
  BackendConfig wrong;
  wrong.plugin = LARDER_LRU_PLUGIN;
  wrong.settings = {{"max_bytes", {"none"}}};
  EXPECT_THROW(openBackend("lru", wrong, plugins, services), ConfigError);

  EXPECT_NO_THROW(plugins.load(copy.string()));
}

TEST(PluginSet, UsesTheRulesOfTheConfiguration) {
  const Logger logger(LogLevel::error);
  Config config;
  config.plugins = {.strict = true,
                    .sha256 = {std::string(64, '0')},
                    .openTimeout = std::chrono::seconds(3),
                    .blockingThreads = 2};

  const auto rules = loadRules(config, logger);

  EXPECT_TRUE(rules.strict);
  EXPECT_THROW(pluginSet(config, {}, logger).load(LARDER_LRU_PLUGIN), PluginError);
  EXPECT_EQ(pluginSet(config, {}, logger).limits().open, std::chrono::seconds(3));
  EXPECT_EQ(pluginSet(config, {}, logger).limits().blockingThreads, 2U);
}
