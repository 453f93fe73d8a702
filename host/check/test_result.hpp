// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CHECK_TEST_RESULT_HPP
#define LARDER_CHECK_TEST_RESULT_HPP

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "check/child.hpp"

namespace larder::host {

enum class Verdict { passed, failed, crashed, timedOut, skipped };

/// Returns "passed", "failed", "crashed", "timed out" or "skipped".
std::string_view toString(Verdict verdict);

/// The result of one test.
struct TestResult {
  std::string suite;
  std::string name;
  Verdict verdict = Verdict::passed;
  std::vector<std::string> messages;  ///< one per failure, or how it crashed, or why it was skipped
  std::string output;                 ///< the output of its process, if the test did not pass
  std::chrono::milliseconds took{0};

  bool isFailure() const { return verdict != Verdict::passed && verdict != Verdict::skipped; }
  std::string fullName() const { return suite + "." + name; }
  /// Returns the short name of a parametrized suite.
  std::string group() const { return suite.substr(suite.find('/') + 1); }
};

/// One record of conformance/protocol.hpp.
struct Record {
  std::string kind;
  std::string text;
};

/// Returns the complete records of a report, up to the first broken one.
std::vector<Record> readRecords(std::string_view report);

/// Judges the test `full_name`, SUITE.NAME, by the end of its process.
TestResult judge(std::string_view full_name, const ChildEnd& end);

}  // namespace larder::host

#endif
