// SPDX-License-Identifier: Apache-2.0
//
// Backends given by URL, from parsing to a working cache.
#include <gtest/gtest.h>
#include <larder/backend_url.hpp>
#include <larder/cache.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "servers/temp_directory.hpp"
#include "servers/text.hpp"

using namespace larder;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

using larder::servers::contains;

const std::vector<PluginOption> kOneUrl{{.name = "url", .url = true, .defaultValue = "", .doc = ""},
                                        {.name = "timeout", .defaultValue = "", .doc = ""}};
const std::vector<PluginOption> kServers{
    {.name = "servers", .list = true, .url = true, .defaultValue = "", .doc = ""}};

BackendSettings settingsOf(std::string_view url, const std::vector<PluginOption>& table) {
  return BackendUrl::parse(url).settings(table);
}

std::string refusalOf(std::string_view url, const std::vector<PluginOption>& table = kOneUrl) {
  try {
    settingsOf(url, table);
    return "not refused";
  } catch (const SettingError& error) {
    return error.what();
  }
}

// A folder of plugins, each under its own name.
class PluginsByUrl : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder()); }
  void install(const char* plugin, const std::string& name) {
    fs::copy_file(plugin, folder() / name);
    fs::permissions(folder() / name, fs::perms(0644));
  }
  fs::path folder() const { return directory_.path() / "plugins"; }
  PluginSearch search() const {
    PluginSearch search;
    search.directories = {folder()};
    return search;
  }
  std::string fileFor(std::string_view url) const {
    return BackendUrl::parse(url).find(search()).filename().string();
  }
  std::string refusalOfOpening(std::string_view url) {
    try {
      Backend::open(url, services_, search());
      return "not refused";
    } catch (const std::exception& error) {
      return error.what();
    }
  }

  HostServices services_;

 private:
  larder::servers::TempDirectory directory_{"url"};
};

}  // namespace

TEST(BackendUrl, PassesTheUrlWithoutItsQueryToTheUrlOption) {
  EXPECT_EQ(settingsOf("redis://user:p%40ss@host:6379/0?timeout=250ms", kOneUrl),
            (BackendSettings{{"url", {"redis://user:p%40ss@host:6379/0"}}, {"timeout", {"250ms"}}}));
  EXPECT_EQ(settingsOf("REDIS://Host", kOneUrl), (BackendSettings{{"url", {"redis://Host"}}}));
}

TEST(BackendUrl, SplitsAListAtCommas) {
  EXPECT_EQ(settingsOf("memcached://a:11211,b:11211", kServers),
            (BackendSettings{{"servers", {"a:11211", "b:11211"}}}));
  EXPECT_EQ(settingsOf("memcached://a:1,b:2/?", kServers), (BackendSettings{{"servers", {"a:1", "b:2"}}}));
  EXPECT_EQ(settingsOf("memcached:///run/a%2Cb.sock", kServers),
            (BackendSettings{{"servers", {"/run/a,b.sock"}}}));
}

TEST(BackendUrl, KeepsTheDefaultOfAnAbsentPart) {
  EXPECT_EQ(settingsOf("lru://?max_bytes=64MiB", {}), (BackendSettings{{"max_bytes", {"64MiB"}}}));
  EXPECT_EQ(settingsOf("redis://", kOneUrl), BackendSettings());
  EXPECT_EQ(settingsOf("redis:///", kOneUrl), BackendSettings());
  EXPECT_EQ(settingsOf("redis", kOneUrl), BackendSettings());
}

TEST(BackendUrl, DecodesOptionsAndTheirLists) {
  EXPECT_EQ(settingsOf("lru?a=%26%3d+%C3%A4&b=1&b=2&&c=", {}),
            (BackendSettings{{"a", {"&=+\xc3\xa4"}}, {"b", {"1", "2"}}, {"c", {""}}}));
}

TEST(BackendUrl, OfAFileIsNamedAfterTheFile) {
  const auto url = BackendUrl::parse("/opt/my%20plugins/mine.so?directory=/var/cache");

  EXPECT_EQ(url.plugin(), "/opt/my plugins/mine.so");
  EXPECT_EQ(url.label(), "mine");
  EXPECT_EQ(url.options(), (BackendSettings{{"directory", {"/var/cache"}}}));
}

TEST(BackendUrl, IsRecognizedWhereTheTextCannotBeAName) {
  EXPECT_TRUE(BackendUrl::isMeant("redis://h"));
  EXPECT_TRUE(BackendUrl::isMeant("/a.so"));
  EXPECT_TRUE(BackendUrl::isMeant("lru?max_bytes=1MiB"));
  EXPECT_FALSE(BackendUrl::isMeant("lru"));
  EXPECT_FALSE(BackendUrl::isMeant("my tiers"));
}

TEST(BackendUrl, IsRefusedWithACorrection) {
  EXPECT_EQ(refusalOf("redis:/host"),
            "backend URL: is neither a URL nor a plugin; write \"redis://host:6379/0\", a plugin's name like "
            "\"lru\", or \"/path/of/plugin.so\"");
  EXPECT_TRUE(contains(refusalOf(""), "neither a URL nor a plugin"));
  EXPECT_TRUE(contains(refusalOf("2redis://host"), "neither a URL nor a plugin"));
  EXPECT_EQ(refusalOf("redis://h?timeout"),
            "redis: \"timeout\" behind ? is not NAME=VALUE, like timeout=250ms");
  EXPECT_EQ(refusalOf("redis://h?timeout=%2"),
            "redis.timeout: a % is not followed by two hex digits; write %25 for a %");
  EXPECT_EQ(refusalOf("redis://h?url=redis://other"),
            "redis://: url is what stands before ?; leave it out behind it");
  EXPECT_EQ(refusalOf("lru://host", {}),
            "lru://: the plugin takes nothing between :// and ?; give its options behind ?, like "
            "lru://?NAME=VALUE");
  EXPECT_TRUE(contains(refusalOf("redis://h#part"), "write %23"));
  EXPECT_TRUE(contains(refusalOf(std::string("redis://h\0", 10)), "NUL"));
  EXPECT_TRUE(contains(refusalOf("redis://h?timeout=%00"), "two hex digits"));
  EXPECT_TRUE(contains(refusalOf("redis://" + std::string(70'000, 'a')), "longer than 64 KiB"));
}

TEST(BackendUrl, NeverRevealsAPossiblePassword) {
  for (const auto* url :
       {"redis:/user:geheim@host", "user:geheim@host", "redis://u:geheim#x@h", "redis://u:p?geheim@h",
        "redis://u:%zzgeheim@h?timeout=%zz", "redis://u:geheim@h?url=x", "lru://geheim", "re dis://geheim",
        "redis://u:geheim@h?timeout", "memcached://geheim%zz"})
    for (const auto& table : {kOneUrl, kServers, std::vector<PluginOption>()})
      EXPECT_FALSE(contains(refusalOf(url, table), "geheim")) << url << ": " << refusalOf(url, table);
}

TEST_F(PluginsByUrl, AreFoundByTheirSchemesWithoutBeingLoaded) {
  install(LARDER_LRU_PLUGIN, "lru.so");
  install(LARDER_OTHER_MAJOR_PLUGIN, "a_first.so");  // its constructor aborts
  install(LARDER_NEEDS_SETTINGS_PLUGIN, "under_any_name.so");

  EXPECT_EQ(fileFor("lru://"), "lru.so");
  EXPECT_EQ(fileFor("needs://"), "under_any_name.so");
  EXPECT_EQ(fileFor("needs+tls://"), "under_any_name.so");
  EXPECT_EQ(fileFor("lru?max_bytes=1MiB"), "lru.so");
}

TEST_F(PluginsByUrl, WithSchemesAreNotFoundByTheirNames) {
  install(LARDER_NEEDS_SETTINGS_PLUGIN, "needs_settings.so");

  EXPECT_TRUE(contains(refusalOfOpening("needs-settings://"), "no plugin for needs-settings:// in "));
}

TEST_F(PluginsByUrl, AreFirstLookedUpInTheFileNamedAfterTheScheme) {
  install(LARDER_LRU_PLUGIN, "a.so");
  install(LARDER_LRU_PLUGIN, "lru.so");

  EXPECT_EQ(fileFor("lru://"), "lru.so");
}

TEST_F(PluginsByUrl, OfAnUnknownSchemeAreRefusedWithASuggestion) {
  install(LARDER_LRU_PLUGIN, "lru.so");
  install(LARDER_NEEDS_SETTINGS_PLUGIN, "needs.so");

  EXPECT_EQ(refusalOfOpening("lur://"),
            "no plugin for lur:// in " + folder().string() + "; did you mean \"lru\"?");
  EXPECT_TRUE(contains(refusalOfOpening("postgres://"), "; known are lru, needs, needs+tls"));
}

TEST_F(PluginsByUrl, WithNoPluginAtAllNameTheSearchedDirectories) {
  EXPECT_EQ(refusalOfOpening("redis://host"), "no plugin for redis://: there is none in " +
                                                  folder().string() +
                                                  "; install it there or set LARDER_PLUGIN_PATH");
}

TEST_F(PluginsByUrl, NameTheUnknownOption) {
  install(LARDER_LRU_PLUGIN, "lru.so");

  EXPECT_EQ(refusalOfOpening("lru://?max_byte=1MiB"),
            "lru.max_byte: unknown option; did you mean \"max_bytes\"?");
}

TEST_F(PluginsByUrl, GiveTheBackendTheirLabelAndItsSettings) {
  install(LARDER_NEEDS_SETTINGS_PLUGIN, "any.so");

  EXPECT_EQ(Backend::open("needs://a,b?token=x", services_, search())->name(), "needs");
  EXPECT_EQ(refusalOfOpening("needs://a,b"), "needs.token: is missing; give text (who we are)");
}

TEST_F(PluginsByUrl, OpenACacheInOneLine) {
  install(LARDER_LRU_PLUGIN, "lru.so");

  auto cache = Cache::open("lru://?max_bytes=1MiB", {.prefix = "shop"}, nullptr, search());

  const auto key = KeyBuilder().field("k").build();
  const auto make = [] { return Computed{.payload = "made"}; };
  EXPECT_EQ(
      cache.getOrCompute({.nameSpace = "n", .key = key, .expire = 1min, .tags = {"prices"}, .compute = make})
          .source,
      CacheResult::Source::computed);
  EXPECT_EQ(
      cache.getOrCompute({.nameSpace = "n", .key = key, .expire = 1min, .tags = {"prices"}, .compute = make})
          .source,
      CacheResult::Source::hit);
  EXPECT_EQ(cache.options().prefix, "shop");
  EXPECT_EQ(cache.backend().name(), "lru");
}

TEST_F(PluginsByUrl, ACacheIsInvalidatedByTagsInBraces) {
  install(LARDER_LRU_PLUGIN, "lru.so");
  auto cache = Cache::open("lru", {}, nullptr, search());
  const auto compute = [&](std::vector<std::string> tags) {
    return cache
        .getOrCompute({.nameSpace = "n",
                       .key = KeyBuilder().field("k").build(),
                       .expire = 1min,
                       .tags = std::move(tags),
                       .compute = [] { return Computed{.payload = "made"}; }})
        .source;
  };
  ASSERT_EQ(compute({"stock"}), CacheResult::Source::computed);
  ASSERT_EQ(compute({"stock"}), CacheResult::Source::hit);

  EXPECT_EQ(cache.invalidate({"prices", "stock"}), Status::ok);
  EXPECT_EQ(compute({"stock"}), CacheResult::Source::computed);

  EXPECT_EQ(cache.invalidate("stock"), Status::ok);
  EXPECT_EQ(compute({"stock"}), CacheResult::Source::computed);
}

TEST(PluginDirectoriesOfTheSdk, AreThoseOfThePathThenTheProgramsThenTheSdks) {
  const auto directories = pluginDirectories(":/first::/second:/first", "/sdk/lib/larder/plugins");

  ASSERT_GE(directories.size(), 4u);
  EXPECT_EQ(directories[0], "/first");
  EXPECT_EQ(directories[1], "/second");
  EXPECT_TRUE(directories[2].string().ends_with("/lib/larder/plugins"));
  EXPECT_TRUE(directories[2].is_absolute());
  EXPECT_EQ(std::count(directories.begin(), directories.end(), "/sdk/lib/larder/plugins"), 1);
  EXPECT_EQ(std::count(directories.begin(), directories.end(), "/first"), 1);
}
