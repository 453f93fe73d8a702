// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CHECK_TEST_RUN_HPP
#define LARDER_CHECK_TEST_RUN_HPP

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "check/test_result.hpp"

namespace larder::host {

/// How to start the process of a test: a program that runs one test if "--gtest_filter=SUITE.NAME" follows
/// these arguments, and that speaks conformance/protocol.hpp.
struct TestProgram {
  std::vector<std::string> arguments;
  std::chrono::milliseconds timeout{60'000};
};

/// Returns the tests whose names match `only`, a GoogleTest filter pattern; all of them if it is empty.
/// Throws std::runtime_error if the program does not list them.
std::vector<std::string> listTests(const TestProgram& program, const std::string& only);

/// Called before each test, from any of the threads but never concurrently.
using OnProgress = std::function<void(std::size_t started, std::string_view test)>;

/// Runs each test in a process of its own, `jobs` at a time, and returns the results in the order of `tests`.
std::vector<TestResult> runTests(const TestProgram& program, const std::vector<std::string>& tests,
                                 std::size_t jobs, const OnProgress& on_progress);

}  // namespace larder::host

#endif
