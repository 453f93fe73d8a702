// SPDX-License-Identifier: Apache-2.0
//
// What the command line accepts, what it refuses, and with which exit status.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host_process.hpp"
#include "servers/temp_directory.hpp"
#include "servers/text.hpp"

using larder::servers::contains;
using larder::servers::TempDirectory;
using larder::system::Ended;
using larder::system::runLarder;

namespace {

void expectRefused(const std::vector<std::string>& arguments, const std::string& part) {
  const auto ended = runLarder(arguments);
  EXPECT_EQ(ended.status, 2) << ended.output;
  EXPECT_TRUE(contains(ended.output, part)) << part << "\n" << ended.output;
}

std::string relativeTo(const std::string& file) {
  return std::filesystem::relative(file, std::filesystem::current_path()).string();
}

const nlohmann::json* rowOf(const nlohmann::json& rows, const std::string& key) {
  for (const auto& row : rows)
    if (row["key"] == key) return &row;
  return nullptr;
}

}  // namespace

TEST(CommandLine, SuggestsSimilarCommandsAndOptions) {
  expectRefused({"srve"}, "unknown command \"srve\"; did you mean \"serve\"?");
  expectRefused({"config", "chek"}, "did you mean \"check\"?");
  expectRefused({"bench", "lru", "--thread", "2"}, "unknown option --thread; did you mean \"--threads\"?");
  expectRefused({"inspect", "lru", "redis"}, "one argument too many");
}

TEST(CommandLine, SuggestsASimilarPlugin) {
  expectRefused({"inspect", "reids"}, "did you mean \"redis\"?");
  expectRefused({"serve", "--backend", "reids"}, "did you mean \"redis\"?");
}

TEST(CommandLine, PrintsItsVersionInThreeWays) {
  const auto version = runLarder({"version"});

  EXPECT_EQ(version.status, 0);
  EXPECT_TRUE(version.output.starts_with("larder ")) << version.output;
  EXPECT_EQ(runLarder({"-V"}).output, version.output);
  EXPECT_EQ(runLarder({"--version"}).output, version.output);
}

TEST(CommandLine, AcceptsARelativePathWhereverAPluginIsNamed) {
  const auto file = relativeTo(LARDER_LRU_PLUGIN);
  ASSERT_TRUE(contains(file, "/")) << file;

  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"inspect", file},
           {"check", file, "--list"},
           {"bench", file, "--warm-up", "1ms", "--duration", "1ms", "--keys", "10", "--threads", "1"},
           {"bench", file + "?max_bytes=1MiB", "--warm-up", "1ms", "--duration", "1ms", "--keys", "10",
            "--threads", "1"},
           {"config", "check", "--backend", file},
           {"config", "check", "--set", "backends.mine.plugin=" + file}}) {
    const auto ended = runLarder(arguments);
    EXPECT_EQ(ended.status, 0) << arguments.front() << "\n" << ended.output;
  }
}

TEST(CommandLine, TreatsSetAndOptionAlike) {
  for (const std::string name : {"--set", "--option"}) {
    expectRefused({"bench", "lru", name, "max_byte=1MiB"}, "did you mean \"max_bytes\"?");
    expectRefused({"serve", name, "cache.expires=1s"}, "did you mean \"expire\"?");
    expectRefused({"check", "lru", name, "max_byte=1MiB", "--only", "Load.*"}, "did you mean \"max_bytes\"?");
  }
}

TEST(CommandLine, AcceptsAListAsTomlOrWithCommas) {
  for (const std::string hosts : {"hosts=a,b", "hosts=[\"a\", \"b\"]"}) {
    const auto ended =
        runLarder({"inspect", LARDER_NEEDS_SETTINGS_PLUGIN, "--set", "token=x", "--set", hosts});
    EXPECT_EQ(ended.status, 0) << ended.output;
  }
  expectRefused({"config", "check", "--set", "plugins.sha256=" + std::string(64, '0') + ",short"},
                "\"short\" is not a SHA-256");
}

TEST(CommandLine, PrintsEachTableInThreeFormats) {
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"plugins"},
           {"routes"},
           {"config", "show"},
           {"bench", "lru", "--warm-up", "1ms", "--duration", "1ms", "--keys", "10"}}) {
    const auto with = [&command](std::vector<std::string> more) {
      auto arguments = command;
      arguments.insert(arguments.end(), more.begin(), more.end());
      return runLarder(arguments);
    };
    EXPECT_TRUE(contains(with({"--format", "tsv"}).output, "\t")) << command.front();
    EXPECT_FALSE(contains(with({"--format", "table"}).output, "\t")) << command.front();
    EXPECT_FALSE(nlohmann::json::parse(with({"--json"}).output, nullptr, false).is_discarded())
        << command.front();
    EXPECT_EQ(with({"--format", "yaml"}).status, 2) << command.front();
  }
}

TEST(ConfigShow, PrintsEachValueAndItsOrigin) {
  const TempDirectory directory("larder-config");
  const auto file = (directory.path() / "larder.toml").string();
  std::ofstream(file) << "[cache]\nexpire = \"5s\"\n[route.\"GET /users\"]\nexpire = \"1min\"\n";

  const auto ended = runLarder({"config", "show", "--json", "--config", file, "--set", "server.workers=3"});

  ASSERT_EQ(ended.status, 0) << ended.output;
  const auto rows = nlohmann::json::parse(ended.output);
  const auto expect = [&rows](const std::string& key, const std::string& value, const std::string& from) {
    const auto* row = rowOf(rows, key);
    ASSERT_NE(row, nullptr) << key;
    EXPECT_EQ((*row)["value"], value);
    EXPECT_EQ((*row)["from"], from);
  };
  expect("cache.expire", "5s", file + ":2");
  expect("server.workers", "3", "--set");
  expect("server.queue", "1024", "default");
  expect("route.\"GET /users\".expire", "1min", file + ":4");
  expect("backends.lru.plugin", "lru", "default");
}

TEST(ConfigShow, PrintsTheOptionsSetByAUrl) {
  const auto ended = runLarder({"config", "show", "--json", "--backend", "lru://?max_bytes=1MiB"});

  const auto rows = nlohmann::json::parse(ended.output, nullptr, false);
  const auto* row = rowOf(rows, "backends.lru.max_bytes");
  ASSERT_NE(row, nullptr) << ended.output;
  EXPECT_EQ((*row)["value"], "1MiB");
  EXPECT_EQ((*row)["from"], "--backend");
}

TEST(ConfigShow, HidesSecretsFromEverySource) {
  for (const std::vector<std::string>& given : std::vector<std::vector<std::string>>{
           {"--backend", "redis://:s3cr3t@localhost:1/0"},
           {"--set", "backends.redis.url=redis://:s3cr3t@localhost:1/0"},
           {"--set", "backends.nowhere.url=s3cr3t"},
           {"--set", "backends.redis.ulr=s3cr3t"},
           {"--set", "users.database=postgresql://me:s3cr3t@localhost/users"}}) {
    std::vector<std::string> arguments{"config", "show"};
    arguments.insert(arguments.end(), given.begin(), given.end());
    const auto ended = runLarder(arguments);
    EXPECT_EQ(ended.status, 0) << ended.output;
    EXPECT_TRUE(contains(ended.output, "hidden")) << given[1];
    EXPECT_FALSE(contains(ended.output, "s3cr3t")) << ended.output;
  }
}

TEST(Doctor, FindsNothingWrongWithAHostThatCanServe) {
  const auto ended = runLarder({"doctor", "--json", "--set", "server.address=127.0.0.1:0", "--set",
                                "admin.address=127.0.0.1:0", "--set", "users.database=sqlite::memory:"});

  EXPECT_EQ(ended.status, 0) << ended.output;
  const auto findings = nlohmann::json::parse(ended.output, nullptr, false);
  ASSERT_TRUE(findings.is_array()) << ended.output;
  for (const auto& finding : findings) EXPECT_NE(finding["verdict"], "fault") << finding;
  EXPECT_TRUE(contains(ended.output, "lru.so, answers")) << ended.output;
}

TEST(Doctor, ReportsEachFaultAndContinues) {
  const auto ended = runLarder({"doctor", "--format", "tsv", "--backend", "redis://127.0.0.1:1/0", "--set",
                                "admin.token_file=/no/such/token", "--set",
                                "users.database=sqlite:/no/such/folder/users.db"});

  EXPECT_EQ(ended.status, 1) << ended.output;
  for (const std::string line : {"fault\tbackends.redis\t", "fault\tadmin.token_file\t",
                                 "fault\tusers.database\t", "ok\tbackends.lru\t"})
    EXPECT_TRUE(contains(ended.output, line)) << line << "\n" << ended.output;
}

TEST(ConfigCheck, NamesTheFaultAndItsLineAndStartsNothing) {
  const TempDirectory directory("larder-config");
  const auto file = (directory.path() / "larder.toml").string();
  std::ofstream(file) << "[backends.lru]\nmax_byte = \"1MiB\"\n";

  expectRefused({"config", "check", "--config", file},
                "larder.toml:2: backends.lru.max_byte: unknown option");
  expectRefused({"config", "check", "--set", "route.\"GET /nowhere\".expire=1s"}, "GET /nowhere");
  const auto correct = runLarder({"config", "check", "--set", "backends.redis.url=redis://localhost:1/0"});
  EXPECT_EQ(correct.status, 0) << correct.output;
  EXPECT_EQ(correct.output, "ok\n");
}

TEST(CommandLine, AnOptionAndItsFileAreRefusedInOnePlaceAndTheLaterOfTwoPlacesWins) {
  const TempDirectory folder("both");
  const auto file = (folder.path() / "larder.toml").string();
  std::ofstream(file) << "[backends.lru]\nmax_bytes_file = \"none\"\n";

  const auto later =
      runLarder({"config", "check", "--config", file, "--set", "backends.lru.max_bytes=64MiB"});

  EXPECT_EQ(later.status, 0) << later.output;
  expectRefused({"config", "check", "--set", "backends.lru.max_bytes=64MiB", "--set",
                 "backends.lru.max_bytes_file=none"},
                "max_bytes_file: \"max_bytes\" is set too; remove one of them");
}

#ifdef LARDER_HAS_CHECK
TEST(Check, StopsWithTheCauseIfTheStoreIsUnreachable) {
  const auto ended = runLarder({"check", "redis", "--set", "url=redis://127.0.0.1:1/0"});

  EXPECT_EQ(ended.status, 1) << ended.output;
  EXPECT_TRUE(ended.output.starts_with("PING answered unavailable")) << ended.output;
  EXPECT_TRUE(contains(ended.output, "0 passed, 0 skipped, 0 failed")) << ended.output;
}

TEST(Check, RefusesAPartOfTheFilterThatMatchesNothing) {
  expectRefused({"check", "lru", "--only", "Load.*:Valeus.*"},
                "\"Valeus.*\" matches no test; did you mean \"Values\"?");
  expectRefused({"check", "lru", "--only", "Values.*-Values.NoSuchTest"},
                "\"Values.NoSuchTest\" matches no test");
  expectRefused({"check", "lru", "--only", "Load.*-Load.*"}, "excludes every test");
}
#endif

TEST(AdminCommands, InvalidateAndShowEntriesOfARunningHost) {
  const larder::system::HostProcess larder;
  larder.get("/users");
  ASSERT_TRUE(larder.get("/users").isHit());
  const std::string url = "http://larder/users";

  const auto stored = larder.command({"get", url});
  EXPECT_EQ(stored.status, 0) << stored.output;
  EXPECT_TRUE(stored.output.starts_with("200\n")) << stored.output;

  const auto invalidated = larder.command({"invalidate", "--tag", "users"});
  EXPECT_EQ(invalidated.status, 0) << invalidated.output;
  EXPECT_EQ(invalidated.output, "invalidated tags users\n");
  EXPECT_FALSE(larder.get("/users").isHit());

  ASSERT_TRUE(larder.get("/users").isHit());
  EXPECT_EQ(larder.command({"invalidate", url}).status, 0);
  const auto gone = larder.command({"get", url});
  EXPECT_EQ(gone.status, 1);
  EXPECT_TRUE(contains(gone.output, "404: Nothing is stored")) << gone.output;
}

TEST(AdminCommands, TopPrintsOnceIfItsOutputIsNotATerminal) {
  const larder::system::HostProcess larder;
  for (int i = 0; i < 4; ++i) larder.get("/users/1");

  const auto text = larder.command({"top", "--interval", "50ms"});
  const auto as_json = larder.command({"top", "--interval", "50ms", "--json"});

  EXPECT_EQ(text.status, 0) << text.output;
  EXPECT_TRUE(contains(text.output, "75.0 % since the start")) << text.output;
  EXPECT_TRUE(contains(text.output, "\nGET /users/{id} ")) << text.output;
  EXPECT_TRUE(contains(text.output, "\n/users/1 ")) << text.output;
  EXPECT_FALSE(contains(text.output, "\033"));
  EXPECT_EQ(nlohmann::json::parse(as_json.output)["hit_ratio_since_start"], 0.75) << as_json.output;
}

namespace {

// Requests go on until it has printed its number of them.
class Tail : public ::testing::Test {
 protected:
  larder::system::Ended tail(std::vector<std::string> arguments) {
    std::atomic<bool> ended = false;
    std::thread clients([&] {
      while (!ended) {
        larder_.get("/users/1");
        larder_.get("/nowhere");
      }
    });
    arguments.insert(arguments.begin(), "tail");
    auto result = larder_.command(std::move(arguments));
    ended = true;
    clients.join();
    return result;
  }

  const larder::system::HostProcess larder_;
};

}  // namespace

TEST_F(Tail, PrintsOneLinePerRequestWithTheCacheOutcome) {
  const auto ended = tail({"--count", "3", "--route", "GET /users/{id}", "--outcome", "hit"});

  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_EQ(std::count(ended.output.begin(), ended.output.end(), '\n'), 3) << ended.output;
  const std::regex line(R"(\d\d:\d\d:\d\d\.\d{3} 200 hit +[\d.]+[um]?s +GET /users/1  \(hit; ttl=\d+\))");
  EXPECT_TRUE(std::regex_match(ended.output.substr(0, ended.output.find('\n')), line)) << ended.output;
}

TEST_F(Tail, PrintsJsonLines) {
  const auto ended = tail({"--count", "1", "--status", "4xx", "--json"});

  EXPECT_EQ(ended.status, 0) << ended.output;
  const auto request = nlohmann::json::parse(ended.output, nullptr, false);
  EXPECT_EQ(request["target"], "/nowhere") << ended.output;
  EXPECT_EQ(request["route"], "-");
}

TEST(AdminCommands, SwapReloadAndListBackends) {
  const larder::system::HostProcess larder({"--set", "backends.second.plugin=lru"});

  EXPECT_EQ(larder.command({"swap", "second"}).output, "active second\n");
  const auto backends = larder.command({"backends", "--json"});
  ASSERT_EQ(backends.status, 0) << backends.output;
  EXPECT_EQ(nlohmann::json::parse(backends.output)["active"], "second");
  EXPECT_TRUE(contains(larder.command({"backends"}).output, "HEALTH"));
  EXPECT_EQ(larder.command({"reload"}).status, 0);
  const auto refused = larder.command({"swap", "nowhere"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_TRUE(contains(refused.output, "409")) << refused.output;
}

TEST(AdminCommands, AcceptExactlyOneSelectorToInvalidate) {
  EXPECT_EQ(runLarder({"invalidate"}).status, 2);
  EXPECT_EQ(runLarder({"invalidate", "--tag", "a", "--route", "GET /users"}).status, 2);
}

TEST(AdminCommands, FailIfNoHostAnswers) {
  const auto ended = runLarder({"backends", "--set", "admin.address=127.0.0.1:1"});

  EXPECT_EQ(ended.status, 1);
  EXPECT_TRUE(contains(ended.output, "does not answer")) << ended.output;
}

// The languages whose compilers every machine with this tree has.
TEST(PluginNew, WritesAPluginThatCompilesAndLoads) {
  const TempDirectory directory("larder-new");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  const auto c = runLarder({"plugin", "new", "in_c", "--language", "c"});
  const auto cpp = runLarder({"plugin", "new", "in_cpp"});
  const auto rust = runLarder({"plugin", "new", "in_rust", "--language", "rust"});
  const auto again = runLarder({"plugin", "new", "in_c", "--language", "c"});
  const auto wrong = runLarder({"plugin", "new", "../elsewhere"});
  std::filesystem::current_path(before);

  EXPECT_EQ(c.status, 0) << c.output;
  EXPECT_EQ(cpp.status, 0) << cpp.output;
  EXPECT_EQ(rust.status, 0) << rust.output;
  EXPECT_EQ(again.status, 2) << again.output;
  EXPECT_EQ(wrong.status, 2) << wrong.output;
  for (const char* file : {"in_c/CMakeLists.txt", "in_c/README.md", "in_c/.github/workflows/check.yml",
                           "in_cpp/CMakeLists.txt", "in_rust/Cargo.toml", "in_rust/larder-sys/src/lib.rs",
                           "in_rust/larder/src/lib.rs", "in_rust/src/lib.rs"}) {
    const auto text = larder::servers::contentsOf(directory.path() / file);
    EXPECT_FALSE(text.empty()) << file;
    EXPECT_FALSE(contains(text, "%NAME%") || contains(text, "%SCHEME%")) << file;
  }

  const std::string compile = " -O0 -shared -fPIC -fvisibility=hidden -pthread -I " LARDER_SDK_HEADERS " -o ";
  for (const std::string& command :
       {LARDER_C_COMPILER " -std=c11" + compile + "in_c.so in_c/in_c.c",
        LARDER_CXX_COMPILER " -std=c++17" + compile + "in_cpp.so in_cpp/in_cpp.cpp"})
    ASSERT_EQ(std::system(("cd '" + directory.path().string() + "' && " + command).c_str()), 0) << command;
  for (const std::string name : {"in_c", "in_cpp"}) {
    const auto inspected = runLarder({"inspect", (directory.path() / (name + ".so")).string()});
    EXPECT_EQ(inspected.status, 0) << inspected.output;
    EXPECT_TRUE(inspected.output.starts_with(name + " ")) << inspected.output;
    EXPECT_TRUE(contains(inspected.output, "loads here    yes")) << inspected.output;
  }
}
