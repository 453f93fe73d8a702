// SPDX-License-Identifier: Apache-2.0
//
// The configuration that packages install, packaging/larder.toml: it changes nothing, and what it says about
// defaults is true.
#include <gtest/gtest.h>

#include <larder/plugin_library.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/known_keys.hpp"
#include "config/load_config.hpp"
#include "config/toml_settings.hpp"
#include "servers/temp_directory.hpp"

namespace larder::host {
namespace {

using servers::TempDirectory;

bool isCommentedKey(const std::string& line) {
  return line.size() > 1 && line[0] == '#' && line[1] >= 'a' && line[1] <= 'z' &&
         line.find(" = ") != std::string::npos && line.find(' ') == line.find(" = ");
}

// Returns the file as it is after a user uncomments every key.
std::filesystem::path withEveryKey(const TempDirectory& directory) {
  const auto file = directory.path() / "larder.toml";
  std::ifstream in(LARDER_DEFAULT_CONFIG);
  std::ofstream out(file);
  for (std::string line; std::getline(in, line);)
    out << (isCommentedKey(line) ? line.substr(1) : line) << '\n';
  return file;
}

void expectDefaults(const Config& config) {
  const Config defaults;
  EXPECT_EQ(config.server.address, defaults.server.address);
  EXPECT_EQ(config.server.front, defaults.server.front);
  EXPECT_EQ(config.server.maxBodyMemory, defaults.server.maxBodyMemory);
  EXPECT_EQ(config.server.handlerTimeout, defaults.server.handlerTimeout);
  EXPECT_EQ(config.server.drainTimeout, defaults.server.drainTimeout);
  EXPECT_EQ(config.server.workers, defaults.server.workers);
  EXPECT_EQ(config.server.loops, defaults.server.loops);
  EXPECT_EQ(config.server.queue, defaults.server.queue);
  EXPECT_EQ(config.server.maxConnections, defaults.server.maxConnections);
  EXPECT_EQ(config.server.maxHead, defaults.server.maxHead);
  EXPECT_EQ(config.server.maxBody, defaults.server.maxBody);
  EXPECT_EQ(config.server.headTimeout, defaults.server.headTimeout);
  EXPECT_EQ(config.server.bodyTimeout, defaults.server.bodyTimeout);
  EXPECT_EQ(config.server.idleTimeout, defaults.server.idleTimeout);
  EXPECT_EQ(config.server.writeTimeout, defaults.server.writeTimeout);
  EXPECT_EQ(config.server.socketMode, defaults.server.socketMode);
  EXPECT_EQ(config.server.origin.trustedProxies, defaults.server.origin.trustedProxies);
  EXPECT_EQ(config.server.origin.forwardedBy, defaults.server.origin.forwardedBy);
  EXPECT_EQ(config.server.origin.hosts, defaults.server.origin.hosts);
  EXPECT_EQ(config.server.metrics, defaults.server.metrics);
  EXPECT_EQ(config.admin.address, defaults.admin.address);
  EXPECT_EQ(config.admin.tokenFile, defaults.admin.tokenFile);
  EXPECT_EQ(config.cache.backend, defaults.cache.backend);
  EXPECT_EQ(config.cache.prefix, defaults.cache.prefix);
  EXPECT_EQ(config.cache.expire, defaults.cache.expire);
  EXPECT_EQ(config.cache.circuitFailures, defaults.cache.circuitFailures);
  EXPECT_EQ(config.cache.circuitOpenFor, defaults.cache.circuitOpenFor);
  EXPECT_EQ(config.cache.compressFrom, defaults.cache.compressFrom);
  EXPECT_EQ(config.pluginDirectories, defaults.pluginDirectories);
  EXPECT_EQ(config.users.database, defaults.users.database);
  EXPECT_EQ(config.users.delay, defaults.users.delay);
  EXPECT_EQ(config.sessions.backend, defaults.sessions.backend);
  EXPECT_EQ(config.sessions.idle, defaults.sessions.idle);
  EXPECT_EQ(config.sessions.absolute, defaults.sessions.absolute);
  EXPECT_EQ(config.sessions.secure, defaults.sessions.secure);
  EXPECT_EQ(config.sessions.loginsPerEmail, defaults.sessions.loginsPerEmail);
  EXPECT_EQ(config.sessions.loginsPerAddress, defaults.sessions.loginsPerAddress);
  EXPECT_EQ(config.log.level, defaults.log.level);
  EXPECT_EQ(config.log.access, defaults.log.access);
  EXPECT_EQ(config.tracing.options.sample, defaults.tracing.options.sample);
  EXPECT_EQ(config.tracing.options.followCallers, defaults.tracing.options.followCallers);
  EXPECT_EQ(config.tracing.options.serverTiming, defaults.tracing.options.serverTiming);
  EXPECT_EQ(config.tracing.log, defaults.tracing.log);
  EXPECT_TRUE(config.routes.empty());
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ",") + text;
  return all;
}

}  // namespace

TEST(DefaultConfig, ChangesNothingAsInstalled) {
  const Config config = loadConfig({.file = LARDER_DEFAULT_CONFIG});

  expectDefaults(config);
  for (const auto& [name, backend] : config.backends) EXPECT_TRUE(backend.settings.empty()) << name;
}

TEST(DefaultConfig, ChangesNothingWithEveryKeyUncommented) {
  const TempDirectory directory("larder-default-config");

  expectDefaults(loadConfig({.file = withEveryKey(directory)}));
}

TEST(DefaultConfig, ShowsEveryKey) {
  const TempDirectory directory("larder-default-config");
  const auto settings = readTomlFile(withEveryKey(directory));

  for (const auto& key : fixedKeys()) {
    const std::vector<std::string> path{std::string(key.section), std::string(key.name)};
    EXPECT_TRUE(
        std::any_of(settings.begin(), settings.end(), [&](const Setting& each) { return each.path == path; }))
        << "packaging/larder.toml does not show " << path[0] << "." << path[1];
  }
}

TEST(DefaultConfig, ShowsEveryOptionOfTheBuiltInPluginsWithItsDefault) {
  const TempDirectory directory("larder-default-config");
  const Config config = loadConfig({.file = withEveryKey(directory)});

  for (const auto& entry : std::filesystem::directory_iterator(LARDER_PLUGIN_DIRECTORY)) {
    const auto library = PluginLibrary::load(entry.path());
    const std::string name(library->name());
    if (!config.backends.contains(name)) continue;  // an example of the tree, which no package holds
    const auto& shown = config.backends.at(name).settings;
    EXPECT_EQ(shown.size(), library->options().size()) << name;
    for (const auto& option : library->options()) {
      ASSERT_TRUE(shown.contains(option.name)) << name << "." << option.name;
      // A number without a default is chosen by the plugin; the file shows an example.
      if (option.type == LARDER_OPTION_STRING || !option.defaultValue.empty()) {
        EXPECT_EQ(joined(shown.at(option.name)), option.defaultValue) << name << "." << option.name;
      }
    }
  }
}

}  // namespace larder::host
