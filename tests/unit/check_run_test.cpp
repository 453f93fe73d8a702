// SPDX-License-Identifier: Apache-2.0
//
// How `larder check` runs tests, with a shell script in place of a test's process.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "check/test_filter.hpp"
#include "check/test_run.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;

// A program that runs `script`; its $1 is "--gtest_filter=SUITE.NAME".
TestProgram scripted(const std::string& script, std::chrono::milliseconds timeout = 20s) {
  return {.arguments = {"/bin/sh", "-c", script, "sh"}, .timeout = timeout};
}

TestResult resultOf(const std::string& script, std::chrono::milliseconds timeout = 20s) {
  return runTests(scripted(script, timeout), {"Suite.Test"}, 1, {}).front();
}

TEST(CheckRun, ATestThatReportsCompletionPassed) {
  const auto result = resultOf("echo 'done 0' >&3; echo >&3");

  EXPECT_EQ(result.verdict, Verdict::passed);
  EXPECT_EQ(result.suite, "Suite");
  EXPECT_EQ(result.name, "Test");
}

TEST(CheckRun, AReportedFailureFailsTheTestWithItsText) {
  const auto result = resultOf("printf 'failure 9\\nline\\nmore\\ndone 0\\n\\n' >&3; echo printed");

  EXPECT_EQ(result.verdict, Verdict::failed);
  EXPECT_EQ(result.messages, std::vector<std::string>{"line\nmore"});
  EXPECT_EQ(result.output, "printed\n");
}

TEST(CheckRun, ASkippedTestReportsItsReason) {
  const auto result = resultOf("printf 'skipped 3\\nwhy\\ndone 0\\n\\n' >&3");

  EXPECT_EQ(result.verdict, Verdict::skipped);
  EXPECT_EQ(result.messages, std::vector<std::string>{"why"});
}

TEST(CheckRun, ATestThatFailsAndThenSkipsHasFailed) {
  const auto result = resultOf("printf 'failure 1\\nx\\nskipped 3\\nwhy\\ndone 0\\n\\n' >&3");

  EXPECT_EQ(result.verdict, Verdict::failed);
}

TEST(CheckRun, ASignalIsACrashWithTheSignalsName) {
  const auto result = resultOf("echo before; kill -SEGV $$");

  EXPECT_EQ(result.verdict, Verdict::crashed);
  EXPECT_EQ(result.messages.back(), "its process was ended by SIGSEGV");
  EXPECT_EQ(result.output, "before\n");
}

TEST(CheckRun, AnExitBeforeTheTestWasDoneIsACrash) {
  const auto result = resultOf("exit 0");

  EXPECT_EQ(result.verdict, Verdict::crashed);
  EXPECT_EQ(result.messages.back(), "its process ended with exit status 0 before the test was done");
}

TEST(CheckRun, AnExitStatusAfterTheTestIsACrash) {
  const auto result = resultOf("printf 'done 0\\n\\n' >&3; exit 23");

  EXPECT_EQ(result.verdict, Verdict::crashed);
  EXPECT_EQ(result.messages.back(), "its process ended with exit status 23 after the test");
}

TEST(CheckRun, AHangingTestIsKilledWithItsChildren) {
  const auto begin = std::chrono::steady_clock::now();

  const auto result = resultOf("sleep 1000 & sleep 1000", 200ms);

  EXPECT_EQ(result.verdict, Verdict::timedOut);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST(CheckRun, ALeftoverProcessDoesNotDelayTheResult) {
  const auto begin = std::chrono::steady_clock::now();

  const auto result = resultOf("sleep 1000 & printf 'done 0\\n\\n' >&3");

  EXPECT_EQ(result.verdict, Verdict::passed);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST(CheckRun, MuchOutputBlocksNothing) {
  const auto result = resultOf("head -c 3000000 /dev/zero | tr '\\0' x; kill -ABRT $$");

  EXPECT_EQ(result.verdict, Verdict::crashed);
  EXPECT_GT(result.output.size(), 100'000u);
  EXPECT_LT(result.output.size(), 1'000'000u);
}

TEST(CheckRun, ATruncatedReportIsReadUpToTheCut) {
  const auto records = readRecords("failure 3\none\nskipped 100\ncut");

  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].kind, "failure");
  EXPECT_EQ(records[0].text, "one");
}

TEST(CheckRun, GarbageIsNotAReport) {
  for (const auto* garbage : {"", "\n", "failure", "failure \n", "failure x\nabc\n", "failure -1\nabc\n",
                              "failure 99999999999999999999\nabc\n", "failure 3"})
    EXPECT_TRUE(readRecords(garbage).empty()) << garbage;
}

TEST(CheckRun, ResultsKeepTheOrderOfTheTestsWithAnyNumberOfJobs) {
  std::vector<std::string> tests;
  for (int i = 0; i < 12; ++i) tests.push_back("Suite.T" + std::to_string(i));
  std::size_t most = 0;

  const auto results = runTests(scripted("test $1 = --gtest_filter=Suite.T0 && sleep 0.2; echo $1; exit 1"),
                                tests, 4, [&](std::size_t started, std::string_view) { most = started; });

  ASSERT_EQ(results.size(), tests.size());
  for (std::size_t i = 0; i < tests.size(); ++i) {
    EXPECT_EQ(results[i].fullName(), tests[i]);
    EXPECT_EQ(results[i].output, "--gtest_filter=" + tests[i] + "\n");
  }
  EXPECT_EQ(most, tests.size());
}

TEST(CheckRun, TheListIsReadFromGoogleTestsOutput) {
  const auto tests =
      listTests(scripted("printf 'One.\\n  A\\n  B\\nP/Two.\\n  C/0  # GetParam() = 1\\n'"), "");

  EXPECT_EQ(tests, (std::vector<std::string>{"One.A", "One.B", "P/Two.C/0"}));
}

TEST(CheckRun, AMissingProgramIsAnError) {
  EXPECT_THROW(runTests({.arguments = {"/no/such/program"}}, {"Suite.Test"}, 1, {}), std::exception);
}

TEST(CheckFilter, MatchesAsGoogleTestDoes) {
  EXPECT_TRUE(matchesTest("*", ""));
  EXPECT_TRUE(matchesTest("Values.*", "Values.Empty"));
  EXPECT_TRUE(matchesTest("*a*b?", "xaabybc"));
  EXPECT_TRUE(matchesTest("Values.Empty**", "Values.Empty"));
  EXPECT_FALSE(matchesTest("Values", "Values.Empty"));
  EXPECT_FALSE(matchesTest("Values.?", "Values."));
  EXPECT_FALSE(matchesTest("*a", "ab"));
}

TEST(CheckFilter, RefusesThePartThatMatchesNoTest) {
  const std::vector<std::string> tests{"Keys.Long", "Values.Empty"};
  const auto complaint = [&tests](const std::string& filter) -> std::string {
    try {
      checkFilter(filter, tests);
      return "";
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
  };

  EXPECT_EQ(complaint(""), "");
  EXPECT_EQ(complaint("*"), "");
  EXPECT_EQ(complaint("Keys.*:Values.E*-Keys.Long"), "");
  EXPECT_EQ(complaint("-Keys.*"), "");
  EXPECT_EQ(complaint("Keys.*:Value.*"), "--only: \"Value.*\" matches no test; did you mean \"Values\"?");
  EXPECT_EQ(complaint("Keys.*-Keys.Short"), "--only: \"Keys.Short\" matches no test; see --list");
}

}  // namespace
}  // namespace larder::host
