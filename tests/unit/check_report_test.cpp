// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <Poco/AutoPtr.h>
#include <Poco/DOM/DOMParser.h>
#include <Poco/DOM/Document.h>
#include <Poco/DOM/Element.h>
#include <Poco/DOM/NodeList.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <vector>

#include "check/check_report.hpp"

namespace larder::host {
namespace {

using Poco::AutoPtr;

TestResult result(const std::string& suite, const std::string& name, Verdict verdict,
                  std::vector<std::string> messages = {}, std::string output = {}) {
  TestResult made;
  made.suite = suite;
  made.name = name;
  made.verdict = verdict;
  made.messages = std::move(messages);
  made.output = std::move(output);
  made.took = std::chrono::milliseconds(1234);
  return made;
}

CheckReport mixedReport() {
  CheckReport report;
  report.file = "/plugins/mine.so";
  report.note.abiMajor = 1;
  report.note.name = "mine";
  report.note.version = "2.0";
  report.note.build = "gcc";
  report.seed = 7;
  report.declared = {"INLINE", "TTL"};
  report.notDeclared = {"CLEAR"};
  report.results = {result("Values", "A", Verdict::passed),
                    result("Values", "B", Verdict::failed, {"values_test.cpp:1: it\nis wrong"}, "printed\n"),
                    result("Keys", "C", Verdict::skipped, {"not declared: CLEAR"}),
                    result("Sizes/Batches", "D/0", Verdict::crashed, {"its process was ended by SIGSEGV"}),
                    result("Values", "E", Verdict::timedOut, {"did not end within 60 s"})};
  return report;
}

std::string textOf(const CheckReport& report) {
  std::ostringstream out;
  writeText(report, out);
  return out.str();
}

std::string everyByte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  return bytes + "]]> & <a b=\"c\"> \xef\xbf\xbf \xed\xa0\x80 \xc0\xaf \xf5\x80\x80\x80 \xc3\xa4 \xe2\x82";
}

TEST(CheckTextReport, EndsWithTheTotals) {
  EXPECT_TRUE(textOf(mixedReport()).ends_with("\n1 passed, 1 skipped, 3 failed\n")) << textOf(mixedReport());
}

TEST(CheckTextReport, ListsEachTestThatDidNotPassWithItsReason) {
  const auto text = textOf(mixedReport());

  EXPECT_NE(text.find("\nfailed Values.B (1234 ms)\n    values_test.cpp:1: it\n    is wrong\n"
                      "    printed:\n      printed\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\nskipped Keys.C: not declared: CLEAR\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\ncrashed Sizes/Batches.D/0 (1234 ms)\n    its process was ended by SIGSEGV\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\ntimed out Values.E"), std::string::npos) << text;
  EXPECT_EQ(text.find("Values.A"), std::string::npos) << text;
}

TEST(CheckTextReport, ListsGroupsAndDeclaredCapabilities) {
  const auto text = textOf(mixedReport());

  EXPECT_NE(text.find("\nValues                     1        0       2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nBatches                    0        0       1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\ndeclared       INLINE, TTL\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nnot declared   CLEAR\n"), std::string::npos) << text;
  EXPECT_NE(text.find("seed 7"), std::string::npos) << text;
}

TEST(CheckTextReport, ReplacesControlCharactersInMessages) {
  auto report = mixedReport();
  report.results = {result("Values", "A", Verdict::failed, {everyByte()}, everyByte())};
  report.problem = everyByte();

  const auto text = textOf(report);

  for (const char letter : text) EXPECT_TRUE(letter == '\n' || static_cast<unsigned char>(letter) >= 0x20);
  EXPECT_EQ(asUtf8(text), text);
}

AutoPtr<Poco::XML::Document> junitOf(const CheckReport& report) {
  std::ostringstream out;
  writeJunit(report, out);
  return Poco::XML::DOMParser().parseString(out.str());
}

Poco::XML::Element* element(const AutoPtr<Poco::XML::NodeList>& list, unsigned long index) {
  return static_cast<Poco::XML::Element*>(list->item(index));
}

TEST(CheckJunitReport, ContainsACaseForEachTestInItsSuite) {
  const auto document = junitOf(mixedReport());
  const AutoPtr<Poco::XML::NodeList> suites = document->getElementsByTagName("testsuite");
  const AutoPtr<Poco::XML::NodeList> cases = document->getElementsByTagName("testcase");

  ASSERT_EQ(suites->length(), 3u);
  EXPECT_EQ(element(suites, 0)->getAttribute("name"), "Values");
  EXPECT_EQ(element(suites, 0)->getAttribute("tests"), "3");
  EXPECT_EQ(element(suites, 0)->getAttribute("failures"), "2");
  ASSERT_EQ(cases->length(), 5u);
  EXPECT_EQ(element(cases, 0)->getAttribute("classname"), "Values");
  EXPECT_EQ(element(cases, 0)->getAttribute("name"), "A");
  EXPECT_EQ(element(cases, 0)->getAttribute("time"), "1.234");
}

TEST(CheckJunitReport, ReportsFailuresByKindAndSkipsByReason) {
  const auto document = junitOf(mixedReport());
  const AutoPtr<Poco::XML::NodeList> failures = document->getElementsByTagName("failure");
  const AutoPtr<Poco::XML::NodeList> skips = document->getElementsByTagName("skipped");

  ASSERT_EQ(failures->length(), 3u);
  EXPECT_EQ(element(failures, 0)->getAttribute("type"), "failed");
  EXPECT_EQ(element(failures, 0)->innerText(), "values_test.cpp:1: it\nis wrong");
  EXPECT_EQ(element(failures, 1)->getAttribute("type"), "timed out");
  EXPECT_EQ(element(failures, 2)->getAttribute("type"), "crashed");
  ASSERT_EQ(skips->length(), 1u);
  EXPECT_EQ(element(skips, 0)->getAttribute("message"), "not declared: CLEAR");
}

TEST(CheckJunitReport, IsWellFormedForAnyBytesInMessages) {
  auto report = mixedReport();
  report.note.name = everyByte();
  report.results = {result("Values", everyByte(), Verdict::failed, {everyByte()}, everyByte()),
                    result("Values", "A", Verdict::skipped, {everyByte()})};

  const auto document = junitOf(report);

  const AutoPtr<Poco::XML::NodeList> failures = document->getElementsByTagName("failure");
  ASSERT_EQ(failures->length(), 1u);
  EXPECT_NE(element(failures, 0)->innerText().find("]]> & <a b=\"c\">"), std::string::npos);
}

TEST(CheckJsonReport, ContainsEveryTest) {
  std::ostringstream out;
  writeJson(mixedReport(), out);
  const auto json = nlohmann::json::parse(out.str());

  EXPECT_EQ(json["plugin"], "mine");
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["passed"], 1);
  EXPECT_EQ(json["skipped"], 1);
  EXPECT_EQ(json["failed"], 3);
  ASSERT_EQ(json["tests"].size(), 5u);
  EXPECT_EQ(json["tests"][3]["test"], "Sizes/Batches.D/0");
  EXPECT_EQ(json["tests"][3]["result"], "crashed");
  EXPECT_EQ(json["tests"][1]["messages"][0], "values_test.cpp:1: it\nis wrong");
}

TEST(CheckJsonReport, IsWellFormedForAnyBytesInMessages) {
  auto report = mixedReport();
  report.problem = everyByte();
  report.results = {result("Values", "A", Verdict::failed, {everyByte()}, everyByte())};
  std::ostringstream out;

  writeJson(report, out);

  EXPECT_TRUE(nlohmann::json::accept(out.str()));
}

}  // namespace
}  // namespace larder::host
