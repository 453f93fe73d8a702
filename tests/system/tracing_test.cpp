// SPDX-License-Identifier: Apache-2.0
//
// The spans that the built program logs.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "host_process.hpp"
#include "servers/redis_server.hpp"
#include "servers/temp_directory.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using larder::system::HostProcess;
using nlohmann::json;

namespace {

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kTraceparent = "traceparent: 00-" + kTrace + "-00f067aa0ba902b7-01\r\n";

std::vector<std::string> with(const std::vector<std::string>& settings) {
  std::vector<std::string> arguments;
  for (const auto& setting : settings) {
    arguments.emplace_back("--set");
    arguments.push_back(setting);
  }
  return arguments;
}

std::vector<json> jsonLines(const std::string& output) {
  std::vector<json> found;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("{")) found.push_back(json::parse(line));
  return found;
}

// Returns the spans and access lines of `trace` in the program's output, in their order.
std::vector<json> linesOf(const std::string& trace, const std::string& output) {
  std::vector<json> found;
  for (const auto& line : jsonLines(output))
    if (line.value("trace_id", "") == trace) found.push_back(line);
  return found;
}

class TracesByFront : public ::testing::TestWithParam<std::string> {};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Both, TracesByFront, ::testing::Values("event", "poco"),
                         [](const auto& each) { return each.param; });

TEST_P(TracesByFront, AMissHasSpansForRequestLookUpHandlerAndQuery) {
  HostProcess larder(with({"tracing.follow_callers=true", "log.access=json", "server.front=" + GetParam()}));

  larder.get("/users/1", kTraceparent);
  larder.get("/users/2");

  const auto output = larder.terminate().output;
  const auto lines = linesOf(kTrace, output);
  ASSERT_EQ(lines.size(), 5u) << output;
  const auto& look_up = lines[0];
  const auto& query = lines[1];
  const auto& handler = lines[2];
  const auto& request = lines[3];
  const auto& access = lines[4];
  EXPECT_EQ(request["span"], "GET /users/{id}");
  EXPECT_EQ(request["parent_span_id"], "00f067aa0ba902b7");
  EXPECT_EQ(request["attributes"]["client.address"], "127.0.0.1");
  EXPECT_EQ(look_up["span"], "cache.lookup");
  EXPECT_EQ(look_up["parent_span_id"], request["span_id"]);
  EXPECT_EQ(handler["span"], "handler");
  EXPECT_EQ(handler["parent_span_id"], request["span_id"]);
  EXPECT_EQ(query["span"], "SELECT users");
  EXPECT_EQ(query["parent_span_id"], handler["span_id"]);
  EXPECT_EQ(query["attributes"]["db.system.name"], "sqlite");
  EXPECT_EQ(access["target"], "/users/1");
}

TEST(Tracing, AFollowerLinksToItsLeadersHandlerRun) {
  HostProcess larder(with({"tracing.sample=1", "users.delay=1s"}));
  std::thread leader([&] { larder.get("/users/1"); });
  EXPECT_TRUE(tests::eventually(
      [&larder] { return larder.metric("larder_handler_executions_total{handler=\"get_user\"}") == 1; }));
  larder.get("/users/1", kTraceparent);
  leader.join();

  const auto output = larder.terminate().output;
  const auto lines = linesOf(kTrace, output);
  ASSERT_EQ(lines.size(), 3u) << output;
  const auto& wait = lines[1];
  EXPECT_EQ(wait["span"], "cache.wait");
  ASSERT_EQ(wait["links"].size(), 1u) << output;
  const auto run = linesOf(wait["links"][0]["trace_id"], output);
  ASSERT_EQ(run.size(), 4u) << output;
  EXPECT_EQ(run[2]["span"], "handler");
  EXPECT_EQ(run[2]["span_id"], wait["links"][0]["span_id"]);
}

TEST(Tracing, AHitInRedisHasALookUp) {
  const servers::RedisServer redis;
  HostProcess larder(
      with({"tracing.follow_callers=true", "cache.backend=redis", "backends.redis.url=" + redis.url()}));

  larder.get("/users/1");
  larder.get("/users/1", kTraceparent);

  const auto output = larder.terminate().output;
  const auto lines = linesOf(kTrace, output);
  ASSERT_EQ(lines.size(), 2u) << output;
  EXPECT_EQ(lines[0]["span"], "cache.lookup");
  EXPECT_EQ(lines[1]["attributes"]["larder.cache.result"], "hit");
}

TEST(Tracing, IsSwitchedByAReload) {
  const servers::TempDirectory directory("larder-tracing");
  const auto file = (directory.path() / "larder.toml").string();
  std::ofstream(file) << "";
  HostProcess larder({"--config", file});
  larder.get("/users/1", kTraceparent);
  std::ofstream(file) << "[tracing]\nfollow_callers = true\nserver_timing = true\n";

  larder.reload();
  const auto answer = larder.get("/users/1", kTraceparent);

  EXPECT_TRUE(answer.header("Server-Timing").starts_with("cache;desc=\"hit\";dur=")) << answer.text;
  EXPECT_EQ(linesOf(kTrace, larder.terminate().output).size(), 2u);
}

TEST(Tracing, LogsNoSpansIfTheLogIsOff) {
  HostProcess larder(with({"tracing.sample=1", "tracing.log=false", "log.access=json"}));

  larder.get("/users/1");

  const auto lines = jsonLines(larder.terminate().output);
  ASSERT_FALSE(lines.empty());
  for (const auto& line : lines) {
    EXPECT_FALSE(line.contains("span")) << line;
    EXPECT_EQ(line["trace_id"].get<std::string>().size(), 32u) << line;
  }
}
