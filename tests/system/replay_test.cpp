// SPDX-License-Identifier: Apache-2.0
//
// `larder replay`: the miss ratios of traces with known results.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "host_process.hpp"
#include "servers/text.hpp"

using larder::servers::contains;
using larder::servers::TempDirectory;
using larder::system::Ended;
using larder::system::runLarder;

namespace {

class Replay : public testing::Test {
 protected:
  std::string file(std::string_view name) const { return (directory_.path() / name).string(); }

  std::string write(std::string_view name, const std::string& contents) const {
    std::ofstream(file(name), std::ios::binary) << contents;
    return file(name);
  }

  static std::string words(const std::vector<std::uint32_t>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(std::uint32_t)};
  }

  // Returns the JSON of a replay with the plugin lru, whose policy is "lru".
  static nlohmann::json results(std::vector<std::string> arguments) {
    std::vector<std::string> all{"replay", "lru", "--set", "policy=lru", "--format", "json"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ended ended = runLarder(all);
    EXPECT_EQ(ended.status, 0) << ended.output;
    return nlohmann::json::parse(ended.output);
  }

 private:
  TempDirectory directory_{"replay"};
};

}  // namespace

TEST_F(Replay, CountsTheFirstRequestOfEachObjectAndThoseAfterItsEviction) {
  const auto trace = write("t.id", words({1, 2, 1, 3, 2, 1}));

  const auto told = results({"--trace", trace, "--capacity", "100"});

  EXPECT_EQ(told[0]["capacity"], 100);
  EXPECT_EQ(told[0]["requests"], 6);
  EXPECT_DOUBLE_EQ(told[0]["miss_ratio"], 0.5);
}

TEST_F(Replay, ComparesWithSimulatedCaches) {
  const auto trace = write("t.csv", "id\n1\n2\n3\n1\n2\n3\n");

  const auto told = results({"--trace", trace, "--capacity", "2", "--against", "lru,opt"});

  ASSERT_EQ(told.size(), 3U);
  EXPECT_DOUBLE_EQ(told[0]["miss_ratio"], 1.0);
  EXPECT_EQ(told[1]["cache"], "lru");
  EXPECT_DOUBLE_EQ(told[1]["miss_ratio"], 1.0);
  EXPECT_EQ(told[2]["cache"], "opt");
  EXPECT_DOUBLE_EQ(told[2]["miss_ratio"], 4.0 / 6);
}

TEST_F(Replay, PrintsTheBackendsEstimatesForOtherSizes) {
  const auto trace = write("t.csv", "id\n1\n2\n3\n1\n2\n3\n");

  const auto told = results({"--trace", trace, "--capacity", "2", "--what-if"});

  ASSERT_EQ(told.size(), 5U);
  EXPECT_EQ(told[1]["cache"], "lru (estimated at 2)");
  EXPECT_EQ(told[1]["capacity"], 1);
  EXPECT_DOUBLE_EQ(told[2]["miss_ratio"], told[0]["miss_ratio"]);
  EXPECT_EQ(told[3]["capacity"], 4);
  EXPECT_DOUBLE_EQ(told[3]["miss_ratio"], 3.0 / 6);
}

TEST_F(Replay, CountsBytesWhereTheTraceHasSizes) {
  const auto trace = write("t.csv", "obj_id,obj_size\na,1000\nb,3000\na,1000\nb,3000\na,1000\n");

  const auto told = results({"--trace", trace, "--capacity", "100000"});

  EXPECT_DOUBLE_EQ(told[0]["miss_ratio"], 2.0 / 5);
  EXPECT_DOUBLE_EQ(told[0]["byte_miss_ratio"], 4000.0 / 9000);
}

TEST_F(Replay, ReadsRecordsOfOracleGeneral) {
  std::string records;
  for (const std::uint64_t object : {7U, 8U, 7U}) {
    const std::uint32_t time = 1;
    const std::uint32_t size = 10;
    const std::int64_t next = -1;
    records.append(reinterpret_cast<const char*>(&time), sizeof time)
        .append(reinterpret_cast<const char*>(&object), sizeof object)
        .append(reinterpret_cast<const char*>(&size), sizeof size)
        .append(reinterpret_cast<const char*>(&next), sizeof next);
  }

  const auto told =
      results({"--trace", write("t.oracleGeneral.bin", records), "--capacity", "100000,200000"});

  ASSERT_EQ(told.size(), 2U);
  EXPECT_DOUBLE_EQ(told[1]["miss_ratio"], 2.0 / 3);
}

TEST_F(Replay, GivesAnOperationAMinuteSoThatABusyMachineDoesNotFailIt) {
  const auto trace = write("t.id", words({1, 2}));

  const Ended ended = runLarder({"replay", LARDER_NEEDS_TIME_PLUGIN, "--trace", trace, "--capacity", "1"});

  EXPECT_EQ(ended.status, 0) << ended.output;
}

TEST_F(Replay, FailsIfAnOperationExceedsTheTimeout) {
  const auto trace = write("t.id", words({1, 2}));

  const Ended ended =
      runLarder({"replay", LARDER_NEEDS_TIME_PLUGIN, "--trace", trace, "--capacity", "1", "--timeout", "5s"});

  EXPECT_NE(ended.status, 0);
  EXPECT_TRUE(contains(ended.output, "deadline passed")) << ended.output;
}

TEST_F(Replay, PlotsEveryCacheOverItsCapacities) {
  const auto trace = write("t.id", words({1, 2, 1, 3, 2, 1}));
  const auto plot = file("plot.svg");

  results({"--trace", trace, "--capacity", "2,100", "--against", "opt", "--plot", plot});

  std::ifstream stream(plot);
  const std::string svg{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_TRUE(contains(svg, "<svg ")) << svg;
  EXPECT_TRUE(contains(svg, "<title>lru, 100: 0.50000</title>")) << svg;
  EXPECT_TRUE(contains(svg, "<title>opt (simulated), 2: ")) << svg;
  EXPECT_TRUE(contains(svg, "capacity, entries")) << svg;
}

TEST_F(Replay, ReportsAPlotThatCannotBeWritten) {
  const auto trace = write("t.id", words({1}));

  const Ended ended =
      runLarder({"replay", "lru", "--trace", trace, "--capacity", "2", "--plot", file("none/plot.svg")});

  EXPECT_NE(ended.status, 0);
  EXPECT_TRUE(contains(ended.output, "none/plot.svg: cannot be written")) << ended.output;
}

TEST_F(Replay, RefusesAnInvalidTraceInOneLine) {
  const auto missing = runLarder({"replay", "lru", "--trace", file("none.id"), "--capacity", "10"});
  const auto torn = runLarder({"replay", "lru", "--trace", write("torn.id", "12345"), "--capacity", "10"});
  const auto unknown = runLarder({"replay", "lru", "--trace", write("t.txt", "1\n2\n"), "--capacity", "10"});
  const auto mixed = runLarder({"replay", "lru", "--trace", write("t.id", words({1, 2})), "--sizes",
                                write("t.sz", words({1})), "--capacity", "10"});

  for (const auto& ended : {missing, torn, unknown, mixed}) EXPECT_EQ(ended.status, 2) << ended.output;
  EXPECT_TRUE(contains(missing.output, "none.id: cannot be read")) << missing.output;
  EXPECT_TRUE(contains(torn.output, "torn.id: is not a sequence of 32-bit numbers")) << torn.output;
  EXPECT_TRUE(contains(unknown.output, "t.txt: unknown kind of trace")) << unknown.output;
  EXPECT_TRUE(contains(mixed.output, "t.sz: does not have as many sizes as requests in ")) << mixed.output;
}
