// SPDX-License-Identifier: Apache-2.0
#include "check/test_result.hpp"

#include <conformance/protocol.hpp>

#include <cstring>

#include <charconv>
#include <system_error>

namespace larder::host {
namespace {

namespace record = conformance::record;

// Returns the signal's usual name, as "SIGSEGV".
std::string signalName(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

std::string wholeSeconds(std::chrono::milliseconds duration) {
  return std::to_string((duration.count() + 500) / 1000) + " s";
}

void judgeEnd(const ChildEnd& end, bool done, TestResult& result) {
  if (end.timedOut) {
    result.verdict = Verdict::timedOut;
    result.messages.push_back("did not end within " + wholeSeconds(end.took));
  } else if (end.signal != 0) {
    result.verdict = Verdict::crashed;
    result.messages.push_back("its process was ended by " + signalName(end.signal));
  } else if (!done || end.exitStatus != 0) {
    result.verdict = Verdict::crashed;
    result.messages.push_back("its process ended with exit status " + std::to_string(end.exitStatus) +
                              (done ? " after the test" : " before the test was done"));
  }
}

}  // namespace

std::string_view toString(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::failed: return "failed";
    case Verdict::crashed: return "crashed";
    case Verdict::timedOut: return "timed out";
    case Verdict::skipped: return "skipped";
  }
  return "failed";
}

std::vector<Record> readRecords(std::string_view report) {
  std::vector<Record> records;
  while (!report.empty()) {
    const auto line = report.substr(0, report.find('\n'));
    const auto space = line.find(' ');
    if (space == line.npos || line.size() == report.size()) break;
    std::size_t size = 0;
    const auto* end = line.data() + line.size();
    const auto number = std::from_chars(line.data() + space + 1, end, size);
    if (number.ec != std::errc{} || number.ptr != end) break;
    const auto rest = report.substr(line.size() + 1);
    if (rest.size() < 1 || size > rest.size() - 1) break;
    records.push_back({std::string(line.substr(0, space)), std::string(rest.substr(0, size))});
    report = rest.substr(size + 1);
  }
  return records;
}

TestResult judge(std::string_view full_name, const ChildEnd& end) {
  const auto dot = full_name.find('.');
  TestResult result;
  result.suite = full_name.substr(0, dot);
  result.name = full_name.substr(dot + 1);
  result.took = end.took;
  bool done = false;
  for (auto& [kind, text] : readRecords(end.report)) {
    if (kind == record::done) done = true;
    if (kind == record::failure) result.verdict = Verdict::failed;
    if (kind == record::skipped && result.verdict == Verdict::passed) result.verdict = Verdict::skipped;
    if (kind == record::failure || kind == record::skipped) result.messages.push_back(std::move(text));
  }
  judgeEnd(end, done, result);
  if (result.isFailure()) result.output = end.output;
  return result;
}

}  // namespace larder::host
