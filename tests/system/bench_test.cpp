// SPDX-License-Identifier: Apache-2.0
//
// `larder bench`: its counts and its output. No test asserts how fast a backend is.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host_process.hpp"
#include "servers/text.hpp"

using larder::servers::contains;
using larder::system::Ended;
using larder::system::runLarder;

namespace {

nlohmann::json measured(std::vector<std::string> arguments) {
  std::vector<std::string> all{"bench",     "lru", "--keys",    "500", "--duration", "500ms",
                               "--warm-up", "1ms", "--threads", "2",   "--format",   "json"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Ended ended = runLarder(all);
  EXPECT_EQ(ended.status, 0) << ended.output;
  return nlohmann::json::parse(ended.output);
}

}  // namespace

TEST(Bench, PrintsAllItsFiguresAsJson) {
  const auto told = measured({"--mix", "get:95,set:5"});

  EXPECT_EQ(told["backend"], "lru");
  EXPECT_EQ(told["threads"], 2);
  EXPECT_GT(told["ops_per_s"], 0.0);
  EXPECT_LE(told["p50_us"], told["p99_us"]);
  EXPECT_LE(told["p99_us"], told["p999_us"]);
  EXPECT_GT(told["cpu_us_per_op"], 0.0);
  EXPECT_EQ(told["errors"], 0);
}

TEST(Bench, FindsEveryKeyThatItStoredBefore) {
  const auto told = measured({"--mix", "get:100"});

  EXPECT_GT(told["hits"], 0);
  EXPECT_EQ(told["misses"], 0);
}

TEST(Bench, StoresMissingKeysOnlyIfTheMixSaysSo) {
  const std::vector<std::string> small{"--option", "max_entries=50", "--option", "policy=lru", "--zipf", "0"};
  auto inserting = small;
  inserting.insert(inserting.end(), {"--mix", "get-or-insert"});
  auto reading = small;
  reading.insert(reading.end(), {"--mix", "get"});

  const auto inserted = measured(inserting);
  const auto read = measured(reading);

  EXPECT_GT(inserted["misses"], 0);
  EXPECT_GT(inserted["hits"], 0);
  // Keys are equally frequent, a tenth of them is stored, and nothing changes that.
  const double hits = read["hits"];
  const double misses = read["misses"];
  EXPECT_NEAR(hits / (hits + misses), 0.1, 0.05);
}

TEST(Bench, MeasuresTheLinkedPluginWithoutAnyPluginFile) {
  // No file has this digest, so none may be loaded.
  ::setenv("LARDER_PLUGINS_SHA256", std::string(64, '0').c_str(), 1);
  const Ended loaded = runLarder({"bench", "lru", "--duration", "1ms", "--warm-up", "1ms"});
  EXPECT_NE(loaded.status, 0) << loaded.output;

  const auto told = measured({"--direct", "--option", "max_entries=1000", "--mix", "get:100"});
  ::unsetenv("LARDER_PLUGINS_SHA256");

  EXPECT_EQ(told["backend"], "lru");
  EXPECT_GT(told["hits"], 0);
  EXPECT_EQ(told["misses"], 0);
}

TEST(Bench, RefusesDirectForAPluginThatIsNotLinked) {
  for (const std::string backend : {"redis", LARDER_LRU_PLUGIN}) {
    const Ended ended = runLarder({"bench", backend, "--direct"});

    EXPECT_NE(ended.status, 0) << backend;
    EXPECT_TRUE(contains(ended.output, "is not linked into this program; use lru")) << ended.output;
  }
}

TEST(Bench, KeepsManyOperationsInFlightByCallback) {
  const auto told =
      measured({"--mode", "callback", "--outstanding", "8", "--mix", "get-or-insert:90,set:10"});

  EXPECT_GT(told["hits"], 0);
  EXPECT_EQ(told["errors"], 0);
}

TEST(Bench, SendsNoFasterThanARateInEitherMode) {
  for (const auto* mode : {"blocking", "callback"}) {
    const auto told = measured({"--mode", mode, "--rate", "40", "--mix", "get:100"});

    // 20 are due in half a second, plus one per thread at the start.
    EXPECT_LE(told["hits"], 22) << mode;
  }
}

TEST(Bench, PlotsLatenciesAndTheRateOverTime) {
  const larder::servers::TempDirectory folder("bench");
  const auto plot = (folder.path() / "plot.svg").string();

  measured({"--plot", plot});

  std::ifstream stream(plot);
  const std::string svg{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_TRUE(contains(svg, "<svg ")) << svg;
  EXPECT_TRUE(contains(svg, "<title>99 %: ")) << svg;
  EXPECT_TRUE(contains(svg, "Operations per second")) << svg;
  EXPECT_TRUE(contains(svg, ">0.5</text>")) << "the time axis ends at 0.5 s: " << svg;
}

TEST(Bench, RefusesAnUnknownMix) {
  for (const auto* mix : {"gets", "get:95,set", "get:-1", "get:0", "get:x", ""}) {
    const Ended ended = runLarder({"bench", "lru", "--mix", mix});

    EXPECT_EQ(ended.status, 2) << mix;
    EXPECT_TRUE(contains(ended.output, "is not a mix; use")) << ended.output;
  }
}
