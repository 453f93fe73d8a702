// SPDX-License-Identifier: Apache-2.0
//
// `larder inspect` and `larder plugins`, as a person or a script runs them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host_process.hpp"
#include "servers/text.hpp"

using larder::servers::TempDirectory;
using larder::system::Ended;
using larder::system::runLarder;

namespace {

using larder::servers::contains;

namespace fs = std::filesystem;

void expectParts(const Ended& ended, int status, const std::vector<std::string>& parts) {
  EXPECT_EQ(ended.status, status) << ended.output;
  for (const auto& part : parts)
    EXPECT_NE(ended.output.find(part), std::string::npos) << part << "\n" << ended.output;
}

// A plugin directory, and a configuration that names it.
class PluginsCommand : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(folder());
    std::ofstream(config()) << "[plugins]\ndirectories = [\"" << folder().string() << "\"]\n";
  }
  void install(const char* plugin, const std::string& name) {
    fs::copy_file(plugin, folder() / name);
    fs::permissions(folder() / name, fs::perms(0644));
  }
  fs::path folder() const { return directory_.path() / "plugins"; }
  std::string config() const { return (directory_.path() / "larder.toml").string(); }

 private:
  TempDirectory directory_{"inspect"};
};

}  // namespace

TEST(Inspect, ShowsIdentityOptionsAndCapabilities) {
  expectParts(runLarder({"inspect", "lru"}), 0,
              {"lru ", "file          " LARDER_LRU_PLUGIN "\n",
               "ABI           1.1, in a host of 1.0 or later\n", "schemes       lru\n",
               "licence       Apache-2.0\n", "capabilities  inline, conditions, versions, ttl, clear\n",
               "extensions    larder.atomic/1, larder.lock/1, larder.scan/1, larder.introspect/1\n",
               "values        up to ", "max_bytes    size, 0B to ", "memory for entries"});
}

TEST(Inspect, ShowsOnlyTheNoteWithoutRunningThePlugin) {
  const auto ended = runLarder({"inspect", "--note", LARDER_OTHER_MAJOR_PLUGIN});  // whose constructor aborts

  expectParts(ended, 0, {"other 1.0.0\n", "ABI           2.7"});
  EXPECT_FALSE(contains(ended.output, "vendor"));
}

TEST(Inspect, ShowsSchemesAndTheOptionThatTakesTheUrl) {
  expectParts(runLarder({"inspect", "redis"}), 0,
              {"schemes       redis, rediss, redis-sentinel, redis-cluster, rediss-cluster\n",
               "url                text of 1 to 4096 bytes, secret, from the URL; default redis://"});
}

TEST(Inspect, OfAnotherMajorShowsTheNoteThenTheRefusal) {
  expectParts(
      runLarder({"inspect", LARDER_OTHER_MAJOR_PLUGIN}), 2,
      {"other 1.0.0\n", "larder: " LARDER_OTHER_MAJOR_PLUGIN ": built for ABI 2.7, this host speaks 1.x"});
}

TEST(Inspect, NamesTheRequiredSetting) {
  const auto ended = runLarder({"inspect", LARDER_NEEDS_SETTINGS_PLUGIN});

  expectParts(ended, 0,
              {"capabilities  needs settings: use --set token=VALUE\n",
               "token  text of 1 to 64 bytes, secret; required\n",
               "hosts  list of text, from the URL; default a,b\n"});
}

TEST(Inspect, OpensABackendWithTheGivenSettings) {
  expectParts(runLarder({"inspect", LARDER_NEEDS_SETTINGS_PLUGIN, "--set", "token=x"}), 0,
              {"capabilities  inline, shared\n"});
}

TEST(Inspect, RefusesAWrongSettingAfterPrintingWhatIsKnown) {
  expectParts(runLarder({"inspect", "lru", "--set", "max_byte=1MiB"}), 2,
              {"max_bytes", "larder: --set ", "did you mean \"max_bytes\"?"});
}

TEST(Inspect, ShowsNoControlCharactersOfAPlugin) {
  const auto ended = runLarder({"inspect", LARDER_NEEDS_SETTINGS_PLUGIN});

  EXPECT_FALSE(contains(ended.output, "\x1b"));
  EXPECT_TRUE(contains(ended.output, "clear ?[2J it"));
}

TEST(Inspect, PrintsTheSameAsJson) {
  const auto ended = runLarder({"inspect", "--json", LARDER_NEEDS_SETTINGS_PLUGIN, "--set", "token=x"});

  ASSERT_EQ(ended.status, 0) << ended.output;
  const auto told = nlohmann::json::parse(ended.output);
  EXPECT_EQ(told["name"], "needs_settings");
  EXPECT_EQ(told["abi"], (nlohmann::json{{"major", 1}, {"minor", 1}, {"min_host_minor", 0}}));
  EXPECT_EQ(told["options"][0]["name"], "token");
  EXPECT_EQ(told["options"][0]["default"], nullptr);
  EXPECT_EQ(told["options"][0]["max"], 64);
  EXPECT_EQ(told["options"][1]["list"], true);
  EXPECT_EQ(told["options"][1]["url"], true);
  EXPECT_EQ(told["schemes"], (nlohmann::json{"needs", "needs+tls"}));
  EXPECT_EQ(told["capabilities"], (nlohmann::json{"inline", "shared"}));
}

TEST(Inspect, AppliesTheSameLoadRulesAsServe) {
  const TempDirectory directory("inspect");
  const auto file = directory.path() / "lru.so";
  fs::copy_file(LARDER_LRU_PLUGIN, file);
  fs::permissions(file, fs::perms(0646));

  const auto ended = runLarder({"inspect", file.string()});

  expectParts(ended, 2, {"lru ", "is writable by every user; run: chmod o-w " + file.string()});
  EXPECT_FALSE(contains(ended.output, "vendor"));
}

TEST_F(PluginsCommand, ListsEachFileAndWhyItCannotBeLoaded) {
  install(LARDER_LRU_PLUGIN, "lru.so");
  install(LARDER_OTHER_MAJOR_PLUGIN, "other.so");
  std::ofstream(folder() / "text.so") << "words\n";
  std::ofstream(folder() / "README") << "not a plugin\n";

  const auto ended = runLarder({"plugins", "--config", config()});

  expectParts(ended, 0,
              {"NAME ", " 1.1  " + (folder() / "lru.so").string() + "\n",
               "other      1.0.0    2.7  " + (folder() / "other.so").string() + ": built for ABI 2.7",
               "-          -        -    " + (folder() / "text.so").string() + ": is not a shared library"});
  EXPECT_FALSE(contains(ended.output, "README"));
}

TEST_F(PluginsCommand, ShowsWhichFileANameSelects) {
  install(LARDER_REDIS_PLUGIN, "redis.so");

  expectParts(runLarder({"plugins", "--config", config()}), 0,
              {LARDER_REDIS_PLUGIN ": is not found by name; " + (folder() / "redis.so").string() + " is\n"});
}

TEST_F(PluginsCommand, PrintsTheSameAsJson) {
  install(LARDER_OTHER_MAJOR_PLUGIN, "other.so");

  const auto ended = runLarder({"plugins", "--json", "--config", config()});

  ASSERT_EQ(ended.status, 0) << ended.output;
  const auto told = nlohmann::json::parse(ended.output);
  EXPECT_EQ(told[0]["name"], "other");
  EXPECT_EQ(told[0]["abi"]["major"], 2);
  EXPECT_TRUE(contains(told[0]["problem"].get<std::string>(), "built for ABI 2.7"));
}
