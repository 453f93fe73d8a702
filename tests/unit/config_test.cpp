// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/known_keys.hpp"
#include "config/load_config.hpp"
#include "config/plugin_directories.hpp"
#include "config/shown_values.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;

// Writes a larder.toml into the current directory, so that messages show just that name.
class ConfigFile : public testing::Test {
 protected:
  void SetUp() override {
    old_ = std::filesystem::current_path();
    directory_ = testing::TempDir() + "larder-config-" + std::to_string(::getpid());
    std::filesystem::create_directories(directory_);
    std::filesystem::current_path(directory_);
  }
  void TearDown() override {
    std::filesystem::current_path(old_);
    std::filesystem::remove_all(directory_);
  }

  static ConfigSources file(const std::string& text) {
    std::ofstream("larder.toml") << text;
    return {.file = "larder.toml"};
  }

 private:
  std::filesystem::path old_;
  std::filesystem::path directory_;
};

std::string refusalOf(const ConfigSources& sources) {
  try {
    loadConfig(sources);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "not refused";
}

std::string refusalOfSet(const std::string& assignment) { return refusalOf({.sets = {assignment}}); }

TEST(Config, NeedsNoSource) {
  const Config config = loadConfig({});

  EXPECT_EQ(config.server.address, "127.0.0.1:8080");
  EXPECT_EQ(config.server.workers, 16u);
  EXPECT_EQ(config.cache.backend, "lru");
  EXPECT_EQ(config.cache.prefix, "larder");
  EXPECT_EQ(config.cache.expire, 30s);
  EXPECT_EQ(config.users.database, "sqlite:users.db");
  EXPECT_EQ(config.users.delay, 0s);
  EXPECT_EQ(config.log.level, LogLevel::info);
  EXPECT_EQ(config.backends.at("lru").plugin, "lru");
}

TEST_F(ConfigFile, APluginsRelativePathIsTakenFromTheWorkingDirectory) {
  const auto here = std::filesystem::current_path();

  const Config config = loadConfig(file("[backends.mine]\nplugin = \"./mine.so\"\n"));
  EXPECT_EQ(config.backends.at("mine").plugin, (here / "mine.so").string());

  std::filesystem::create_directory("100%");
  std::filesystem::current_path("100%");
  const Config by_url = loadConfig({.backend = "../mine.so?max_bytes=1MiB"});
  EXPECT_EQ(by_url.backends.at("mine").plugin, (here / "mine.so").string());
  const Config below = loadConfig({.backend = "./mine.so"});
  EXPECT_EQ(below.backends.at("mine").plugin, (here / "100%" / "mine.so").string());
}

TEST(Config, AListMayBeWrittenWithCommas) {
  const Config config = loadConfig({.sets = {"plugins.directories=/a,/b"}});

  EXPECT_EQ(config.pluginDirectories, (std::vector<std::filesystem::path>{"/a", "/b"}));
}

TEST(Config, ShowsEachKeyInTheFormThatSetAccepts) {
  const auto shown = shownFixedKeys(loadConfig({}));
  std::vector<std::string> keys;
  for (const auto& [key, value, from] : shown) {
    keys.push_back(key);
    EXPECT_EQ(from, "default") << key;
    if (value.empty()) continue;
    const auto again = shownFixedKeys(loadConfig({.sets = {key + "=" + value}}));
    const auto same =
        std::find_if(again.begin(), again.end(), [&key = key](const auto& row) { return row.key == key; });
    EXPECT_EQ(same->value, value) << key;
    EXPECT_EQ(same->from, "--set") << key;
  }

  std::vector<std::string> known;
  for (const auto& key : fixedKeys()) known.push_back(std::string(key.section) + "." + std::string(key.name));
  EXPECT_EQ(keys, known);
}

TEST_F(ConfigFile, SetsEveryKey) {
  const Config config = loadConfig(file(R"(
    [server]
    address = "0.0.0.0:9000"
    workers = 4
    loops = 2
    queue = 10
    max_connections = 100
    max_head = "64KiB"
    max_body = "2MiB"
    head_timeout = "1s"
    body_timeout = "2s"
    idle_timeout = "3s"
    write_timeout = "4s"
    [cache]
    backend = "store"
    prefix = "shop"
    expire = "5min"
    [backends.store]
    plugin = "memcached"
    servers = ["a:1", "b:2"]
    connections = 3
    binary = true
    [plugins]
    directories = ["/opt/plugins"]
    strict = true
    sha256 = ["BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"]
    [users]
    database = "sqlite::memory:"
    delay = "3s"
    [route."GET /users"]
    expire = "1s"
    [log]
    level = "error"
  )"));

  EXPECT_EQ(config.server.address, "0.0.0.0:9000");
  EXPECT_EQ(config.server.workers, 4u);
  EXPECT_EQ(config.server.loops, 2u);
  EXPECT_EQ(config.server.queue, 10u);
  EXPECT_EQ(config.server.maxConnections, 100u);
  EXPECT_EQ(config.server.maxHead, std::size_t{64} << 10);
  EXPECT_EQ(config.server.maxBody, std::size_t{2} << 20);
  EXPECT_EQ(config.server.headTimeout, 1s);
  EXPECT_EQ(config.server.bodyTimeout, 2s);
  EXPECT_EQ(config.server.idleTimeout, 3s);
  EXPECT_EQ(config.server.writeTimeout, 4s);
  EXPECT_EQ(config.cache.backend, "store");
  EXPECT_EQ(config.cache.prefix, "shop");
  EXPECT_EQ(config.cache.expire, 5min);
  const BackendConfig& store = config.backends.at("store");
  EXPECT_EQ(store.plugin, "memcached");
  EXPECT_EQ(store.settings,
            (BackendSettings{{"servers", {"a:1", "b:2"}}, {"connections", {"3"}}, {"binary", {"true"}}}));
  EXPECT_EQ(store.sources.at("connections"), "larder.toml:21: ");
  EXPECT_EQ(config.pluginDirectories, std::vector<std::filesystem::path>{"/opt/plugins"});
  EXPECT_TRUE(config.plugins.strict);
  EXPECT_EQ(config.plugins.sha256.size(), 1u);
  EXPECT_EQ(config.users.database, "sqlite::memory:");
  EXPECT_EQ(config.users.delay, 3s);
  EXPECT_EQ(config.routes.at("GET /users").rules.expire, 1s);
  EXPECT_EQ(config.log.level, LogLevel::error);
}

TEST_F(ConfigFile, YieldsToTheEnvironmentThenToSetThenToBackend) {
  auto sources = file("[cache]\nbackend = \"a\"\nprefix = \"a\"\nexpire = \"1s\"\n[server]\nworkers = 1\n");
  sources.environment = {
      {"LARDER_CACHE_BACKEND", "b"}, {"LARDER_CACHE_PREFIX", "b"}, {"LARDER_CACHE_EXPIRE", "2s"}};
  sources.sets = {"cache.backend=c", "cache.prefix=old", "cache.prefix=c"};
  sources.backend = "d";

  const Config config = loadConfig(sources);

  EXPECT_EQ(config.server.workers, 1u);
  EXPECT_EQ(config.cache.expire, 2s);
  EXPECT_EQ(config.cache.prefix, "c");
  EXPECT_EQ(config.cache.backend, "d");
}

TEST_F(ConfigFile, WithAnEmptyBackendSectionNamesThatPlugin) {
  EXPECT_EQ(loadConfig(file("[backends.redis]\n")).backends.at("redis").plugin, "redis");
}

TEST(Config, ReadsEveryFixedKeyFromTheEnvironment) {
  const Config config = loadConfig({.environment = {{"LARDER_SERVER_WORKERS", "3"},
                                                    {"LARDER_PLUGINS_DIRECTORIES", "[\"/p\"]"},
                                                    {"LARDER_LOG_LEVEL", "debug"},
                                                    {"LARDER_SOMETHING_ELSE", "ignored"}}});

  EXPECT_EQ(config.server.workers, 3u);
  EXPECT_EQ(config.pluginDirectories, std::vector<std::filesystem::path>{"/p"});
  EXPECT_EQ(config.log.level, LogLevel::debug);
}

TEST(Config, AcceptsPlainTextTomlStringsAndListsFromSet) {
  const Config config = loadConfig(
      {.sets = {"users.delay=3s", "server.address=127.0.0.1:9000", "cache.prefix=\"a b\"",
                "backends.memcached.servers=[\"127.0.0.1:11211\", \"h:2\"]", "backends.redis.password=1_000",
                "backends.redis.url=a=b", "route.\"GET /users\".expire=10s"}});

  EXPECT_EQ(config.users.delay, 3s);
  EXPECT_EQ(config.server.address, "127.0.0.1:9000");
  EXPECT_EQ(config.cache.prefix, "a b");
  EXPECT_EQ(config.backends.at("memcached").settings.at("servers"),
            (std::vector<std::string>{"127.0.0.1:11211", "h:2"}));
  EXPECT_EQ(config.backends.at("redis").settings.at("password"), std::vector<std::string>{"1_000"});
  EXPECT_EQ(config.backends.at("redis").settings.at("url"), std::vector<std::string>{"a=b"});
  EXPECT_EQ(config.routes.at("GET /users").rules.expire, 10s);
}

TEST(Config, KeepsTextThatLooksLikeAnotherTypeUnchanged) {
  EXPECT_EQ(loadConfig({.sets = {"cache.prefix=2024-01-01"}}).cache.prefix, "2024-01-01");
  EXPECT_EQ(loadConfig({.sets = {"cache.prefix=007"}}).cache.prefix, "007");
  EXPECT_EQ(loadConfig({.sets = {"cache.prefix=a\nb = 1"}}).cache.prefix, "a\nb = 1");
}

TEST_F(ConfigFile, IsRefusedWithFileAndLineOfTheKey) {
  EXPECT_EQ(refusalOf(file("\n[cache]\nexpire = \"-5s\"\n")),
            "larder.toml:3: cache.expire: \"-5s\" is out of range; use 1ms to 365d");
  EXPECT_EQ(refusalOf(file("[cahce]\nexpire = \"5s\"\n")),
            "larder.toml:2: cahce.expire: unknown section \"cahce\"; did you mean \"cache\"?");
  EXPECT_EQ(refusalOf(file("[cache]\nexpires = \"5s\"\n")),
            "larder.toml:2: cache.expires: unknown key \"expires\"; did you mean \"expire\"?");
  EXPECT_EQ(refusalOf(file("[server]\nworkers = \"16\"\n")),
            "larder.toml:2: server.workers: takes a whole number without quotes, 1 to 1024");
  EXPECT_EQ(refusalOf(file("[cache]\nexpire = 30\n")),
            "larder.toml:2: cache.expire: takes a duration in quotes, like \"250ms\", \"30s\" or \"5min\"");
  EXPECT_EQ(refusalOf(file("[cache]\nprefix = 5\n")),
            "larder.toml:2: cache.prefix: takes a string in quotes");
  EXPECT_EQ(refusalOf(file("cache = 5\n")), "larder.toml:1: cache: is a section, not a value; write [cache]");
  EXPECT_EQ(refusalOf(file("[cache.expire]\nx = 1\n")),
            "larder.toml:2: cache.expire.x: \"expire\" is a value, not a section");
  EXPECT_EQ(refusalOf(file("[backends.redis]\nrate = 1.5\n")),
            "larder.toml:2: backends.redis.rate: takes a string, a whole number, true or false, or a list of "
            "these");
  EXPECT_EQ(
      refusalOf(file("[backends.redis.tls]\non = true\n")),
      "larder.toml:2: backends.redis.tls.on: takes a string, a whole number, true or false, or a list of "
      "these");
  EXPECT_EQ(refusalOf(file("[route.\"GET /users\"]\nexpiry = \"1s\"\n")),
            "larder.toml:2: route.\"GET /users\".expiry: unknown key \"expiry\"; did you mean \"expire\"?");
  EXPECT_EQ(refusalOf(file("[route.\"GET /users\"]\nexpire_for = { 206 = \"1s\" }\n")),
            "larder.toml:2: route.\"GET /users\".expire_for.206: \"206\" is not a cacheable status; use "
            "200 to 599 except 206 and 304");
  EXPECT_EQ(
      refusalOf(file("[route.\"GET /users\"]\njitter = 1.5\n")),
      "larder.toml:2: route.\"GET /users\".jitter: 1.5 is out of range; use at least 0 and less than 1");
  EXPECT_EQ(refusalOf(file("[plugins]\ndirectories = \"/opt\"\n")),
            "larder.toml:2: plugins.directories: takes a list of strings, like [\"/opt/larder/plugins\"]");
  EXPECT_EQ(refusalOf(file("[plugins]\nstrict = \"true\"\n")),
            "larder.toml:2: plugins.strict: takes true or false, without quotes");
  EXPECT_EQ(refusalOf(file("[plugins]\nsha256 = \"beef\"\n")),
            "larder.toml:2: plugins.sha256: takes a list of strings, like [\"9f86d081...\"]");
}

TEST_F(ConfigFile, TiersNameBackendsWhichNeedNoSection) {
  const Config config = loadConfig(file(R"(
    [cache]
    backend = "near"
    [backends.near]
    l1 = "lru"
    l2 = "shared"
    l1_ttl = "5s"
    [backends.shared]
    plugin = "redis"
  )"));

  const BackendConfig& near = config.backends.at("near");
  ASSERT_TRUE(near.tiers);
  EXPECT_EQ(near.tiers->l1, "lru");
  EXPECT_EQ(near.tiers->l2, "shared");
  EXPECT_EQ(near.tiers->options.l1Ttl, 5s);
  EXPECT_EQ(near.plugin, "");
  EXPECT_EQ(config.backends.at("lru").plugin, "lru");
}

TEST_F(ConfigFile, IsRefusedForInvalidTiers) {
  EXPECT_EQ(refusalOf(file("[backends.t]\nl1 = \"lru\"\n")),
            "backends.t.l2: is missing; name the backend, l1 and l2 both");
  EXPECT_EQ(refusalOf(file("[backends.t]\nl1 = \"lru\"\nl2 = \"t\"\n")),
            "larder.toml:3: backends.t.l2: \"t\" is tiers itself; name a backend with a plugin");
  EXPECT_EQ(refusalOf(file("[backends.t]\nl1 = \"lru\"\nl2 = \"u\"\n[backends.u]\nl1 = \"lru\"\nl2 = "
                           "\"redis\"\n")),
            "larder.toml:3: backends.t.l2: \"u\" is tiers itself; name a backend with a plugin");
  EXPECT_EQ(refusalOf(file("[backends.t]\nl1 = \"lru\"\nl2 = \"lru\"\n")),
            "larder.toml:3: backends.t.l2: is the same backend as l1; name another one");
  EXPECT_EQ(refusalOf(file("[backends.t]\nl1 = \"lru\"\nl2 = \"redis\"\nplugin = \"redis\"\n")),
            "larder.toml:4: backends.t.plugin: has no meaning with l1 and l2; leave one or the other out");
  EXPECT_EQ(refusalOf(file("[backends.t]\nl1 = \"lru\"\nl2 = \"redis\"\nurl = \"redis://h\"\n")),
            "larder.toml:4: backends.t.url: is not an option of tiers; put it into the section of l1 or l2");
}

TEST_F(ConfigFile, IsRefusedForSectionsThatDoNotExist) {
  EXPECT_EQ(refusalOf(file("[colours]\n")),
            "larder.toml:1: colours: unknown section \"colours\"; known are backends, route, server, "
            "admin, cache, plugins, users, sessions, log, tracing");
}

TEST_F(ConfigFile, TakesTheFractionOfTracedRequests) {
  const auto sampleOf = [&](const std::string& text) {
    return loadConfig(file("[tracing]\nsample = " + text + "\n")).tracing.options.sample;
  };

  EXPECT_EQ(sampleOf("0.01"), 0.01);
  EXPECT_EQ(sampleOf("1"), 1);
  EXPECT_EQ(sampleOf("1e-9"), 1e-9);
  EXPECT_EQ(refusalOf(file("[tracing]\nsample = 1.5\n")),
            "larder.toml:2: tracing.sample: 1.5 is out of range; use 0 to 1");
}

TEST_F(ConfigFile, IsRefusedWithTheLineOfASyntaxError) {
  const std::string refusal = refusalOf(file("[cache]\nexpire = \n"));

  EXPECT_TRUE(refusal.starts_with("larder.toml:2: ")) << refusal;
  EXPECT_EQ(refusal.find('\n'), std::string::npos) << refusal;
}

TEST(ConfigEnvironment, SetsTheOptionsOfBackends) {
  const Config config = loadConfig({.environment = {{"LARDER_BACKENDS_REDIS_URL", "redis://h:1/0"},
                                                    {"LARDER_BACKENDS_MY_CACHE_MAX_BYTES", "1GiB"},
                                                    {"LARDER_CACHE_BACKEND", "lru"}},
                                    .backend = "my-cache"});

  EXPECT_EQ(config.backends.at("redis").settings.at("url"), std::vector<std::string>{"redis://h:1/0"});
  EXPECT_EQ(config.backends.at("my-cache").settings.at("max_bytes"), std::vector<std::string>{"1GiB"});
}

TEST_F(ConfigFile, AKeyEndingInFileNamesAFileWithTheValue) {
  std::ofstream("database.secret") << "sqlite:other.db \r\nsecond line\n";
  std::ofstream("url.secret") << "redis://:word@h:1/0\n";

  const Config by_file = loadConfig(
      file("[users]\ndatabase_file = \"database.secret\"\n[backends.redis]\nurl_file = \"url.secret\"\n"));
  const Config by_variable = loadConfig({.environment = {{"LARDER_USERS_DATABASE_FILE", "database.secret"}}});

  EXPECT_EQ(by_file.users.database, "sqlite:other.db");
  EXPECT_EQ(by_file.backends.at("redis").firstLines.at("url_file"), "redis://:word@h:1/0");
  EXPECT_EQ(by_variable.users.database, "sqlite:other.db");
  EXPECT_EQ(refusalOf(file("[users]\ndatabase_file = \"none\"\n")),
            "larder.toml:2: users.database_file: none: cannot be read: No such file or directory");
}

TEST_F(ConfigFile, AKeyAndItsFileAreRefusedInOnePlaceAndTheLaterOfTwoPlacesWins) {
  std::ofstream("database.secret") << "sqlite:secret.db\n";
  const Environment file_in_variable{{"LARDER_USERS_DATABASE_FILE", "database.secret"}};

  EXPECT_EQ(refusalOf(file("[users]\ndatabase = \"sqlite:a.db\"\ndatabase_file = \"database.secret\"\n")),
            "larder.toml:3: users.database_file: \"database\" is set too; remove one of them");
  EXPECT_EQ(
      loadConfig({.environment = file_in_variable, .sets = {"users.database=sqlite:a.db"}}).users.database,
      "sqlite:a.db");
  auto sources = file("[users]\ndatabase = \"sqlite:a.db\"\n");
  sources.environment = file_in_variable;
  EXPECT_EQ(loadConfig(sources).users.database, "sqlite:secret.db");
}

TEST(ConfigEnvironment, ReportsUnknownVariablesWithTheNearestKey) {
  const auto lines = unknownVariables({{"LARDER_CACHE_EXPIER", "1s"},
                                       {"LARDER_CACHE_EXPIRE", "1s"},
                                       {"LARDER_ADMIN_TOKEN_FILE", "f"},
                                       {"LARDER_BACKENDS_REDIS_URL_FILE", "f"},
                                       {"LARDER_PLUGIN_PATH", "/p"}});

  EXPECT_EQ(lines, std::vector<std::string>{"LARDER_CACHE_EXPIER: names no key of the configuration and is "
                                            "ignored; did you mean \"LARDER_CACHE_EXPIRE\"?"});
}

TEST_F(ConfigFile, IsRefusedIfItCannotBeRead) {
  EXPECT_EQ(refusalOf({.file = "none.toml"}), "none.toml: cannot be read: No such file or directory");
  EXPECT_EQ(refusalOf({.file = "."}), ".: is a directory; name a file");
  // Not even stat gets through, as in a folder that one may not enter; the tests run as root, who may.
  const std::string long_name(300, 'x');
  EXPECT_EQ(refusalOf({.file = long_name}), long_name + ": cannot be read: File name too long");
}

TEST(Config, RefusesAWrongSet) {
  EXPECT_EQ(refusalOfSet("cache.expire=0ms"), "--set cache.expire: \"0ms\" is out of range; use 1ms to 365d");
  EXPECT_EQ(refusalOfSet("cache.expire=soon"),
            "--set cache.expire: \"soon\" is not a duration; write it like 250ms, 30s or 5min");
  EXPECT_EQ(refusalOfSet("server.workers=2000"), "--set server.workers: 2000 is out of range; use 1 to 1024");
  EXPECT_EQ(refusalOfSet("server.max_body=2GiB"),
            "--set server.max_body: \"2GiB\" is out of range; use 0B to 1GiB");
  EXPECT_EQ(refusalOfSet("server.max_head=much"),
            "--set server.max_head: \"much\" is not a size; write it like 512B, 64KiB or 1MiB");
  EXPECT_EQ(refusalOfSet("server.workers=many"),
            "--set server.workers: takes a whole number without quotes, 1 to 1024");
  EXPECT_EQ(refusalOfSet("log.level=loud"),
            "--set log.level: \"loud\" is not a level; use debug, info, warning or error");
  EXPECT_EQ(refusalOfSet("plugins.strict=yes"), "--set plugins.strict: takes true or false, without quotes");
  EXPECT_EQ(
      refusalOfSet("plugins.sha256=[\"beef\"]"),
      "--set plugins.sha256: \"beef\" is not a SHA-256; write its 64 hex digits, as sha256sum prints them");
  EXPECT_EQ(refusalOfSet("cache.backend="),
            "--set cache.backend: is empty; give a value or leave the key out");
  EXPECT_EQ(refusalOfSet("cache.expire"),
            "--set cache.expire: is not KEY=VALUE; write it like cache.expire=10s");
  EXPECT_EQ(refusalOfSet("a b=1"), "--set a b: is not KEY=VALUE; write it like cache.expire=10s");
  EXPECT_EQ(refusalOfSet("=1"), "--set : is not KEY=VALUE; write it like cache.expire=10s");
}

TEST(Config, RefusesAVariableByItsName) {
  EXPECT_EQ(refusalOf({.environment = {{"LARDER_USERS_DELAY", "2h"}}}),
            "LARDER_USERS_DELAY: users.delay: \"2h\" is out of range; use 0ms to 1h");
}

TEST(Config, ReadsThePluginRulesFromTheEnvironment) {
  const auto digest = std::string(64, 'a');
  const Config config = loadConfig({.environment = {{"LARDER_PLUGINS_STRICT", "true"},
                                                    {"LARDER_PLUGINS_SHA256", "[\"" + digest + "\"]"}}});

  EXPECT_TRUE(config.plugins.strict);
  EXPECT_EQ(config.plugins.sha256, std::vector{digest});
}

TEST(Config, RefusesAnEmptyBackendName) {
  EXPECT_EQ(refusalOf({.backend = ""}),
            "--backend: cache.backend: is empty; give a value or leave the key out");
}

TEST(Config, AcceptsAUrlAsTheBackend) {
  const Config config = loadConfig({.backend = "redis://user:geheim@host:6379/0?timeout=250ms"});

  EXPECT_EQ(config.cache.backend, "redis");
  const auto& backend = config.backends.at("redis");
  EXPECT_EQ(backend.plugin, "redis");
  ASSERT_TRUE(backend.url);
  EXPECT_EQ(backend.url->options(), (BackendSettings{{"timeout", {"250ms"}}}));
  EXPECT_EQ(backend.sources.at("timeout"), "--backend: ");
}

TEST_F(ConfigFile, ABackendUrlKeepsTheSettingsOfItsPluginsSection) {
  auto sources = file("[cache]\nbackend = \"lru\"\n[backends.redis]\ntimeout = \"1s\"\n");
  sources.backend = "redis://elsewhere";

  const Config config = loadConfig(sources);

  EXPECT_EQ(config.backends.at("redis").settings, (BackendSettings{{"timeout", {"1s"}}}));
  EXPECT_TRUE(config.backends.at("redis").url);
  EXPECT_EQ(loadConfig(file("[cache]\nbackend = \"redis://here\"\n")).cache.backend, "redis");
}

TEST_F(ConfigFile, RefusesABackendUrlWithItsPlaceAndWithoutItsPassword) {
  EXPECT_EQ(refusalOf({.backend = "redis:/user:geheim@host?"}),
            "--backend: cache.backend: backend URL: is neither a URL nor a plugin; write "
            "\"redis://host:6379/0\", a plugin's name like \"lru\", or \"/path/of/plugin.so\"");
  EXPECT_EQ(
      refusalOf(file("[cache]\nbackend = \"both://\"\n[backends.both]\nl1 = \"lru\"\nl2 = \"redis\"\n")),
      "larder.toml:2: cache.backend: is a URL, and [backends.both] are tiers; rename that section");
  EXPECT_EQ(refusalOf(file("[cache]\nbackend = \"redis://a\"\n[sessions]\nbackend = \"redis://b\"\n")),
            "larder.toml:4: sessions.backend: is another URL of \"redis\"; give one of them a section "
            "[backends.NAME]");
}

TEST(PluginDirectories, AreTheConfiguredOnesThenThePathThenThoseBesideTheProgram) {
  Config config;
  config.pluginDirectories = {"/configured"};

  const auto directories = pluginDirectories(config, {{"LARDER_PLUGIN_PATH", ":/first::/second:"}});

  ASSERT_EQ(directories.size(), 4u);
  EXPECT_EQ(directories[0], "/configured");
  EXPECT_EQ(directories[1], "/first");
  EXPECT_EQ(directories[2], "/second");
  EXPECT_TRUE(directories[3].is_absolute());
  EXPECT_TRUE(directories[3].string().ends_with("/lib/larder/plugins"));
}

}  // namespace
}  // namespace larder::host
