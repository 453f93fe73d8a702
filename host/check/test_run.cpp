// SPDX-License-Identifier: Apache-2.0
#include "check/test_run.hpp"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace larder::host {
namespace {

std::vector<std::string> with(std::vector<std::string> arguments, std::string more) {
  arguments.push_back(std::move(more));
  return arguments;
}

// Parses GoogleTest's list: "Suite." and below it "  Name  # GetParam() = 1".
std::vector<std::string> readList(const std::string& text) {
  std::vector<std::string> tests;
  std::string suite;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find("  #"));
    if (line.starts_with("  "))
      tests.push_back(suite + line.substr(2));
    else
      suite = line;
  }
  return tests;
}

// The tests still to run, and their results.
class Queue {
 public:
  Queue(const std::vector<std::string>& tests, const OnProgress& on_progress)
      : tests_(tests), results_(tests.size()), onProgress_(on_progress) {}

  /// Returns false if there are no more tests, or a worker has failed.
  bool take(std::size_t& index) {
    const std::lock_guard lock(mutex_);
    if (next_ == tests_.size() || failure_ != nullptr) return false;
    index = next_++;
    if (onProgress_) onProgress_(next_, tests_[index]);
    return true;
  }

  void fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
  }

  /// Each index belongs to one thread, so this needs no lock.
  void put(std::size_t index, TestResult result) { results_[index] = std::move(result); }

  std::vector<TestResult> results() {
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    return std::move(results_);
  }

 private:
  const std::vector<std::string>& tests_;
  std::vector<TestResult> results_;
  const OnProgress& onProgress_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::exception_ptr failure_;
};

void work(const TestProgram& program, const std::vector<std::string>& tests, Queue& queue) {
  try {
    for (std::size_t index = 0; queue.take(index);) {
      const auto arguments = with(program.arguments, "--gtest_filter=" + tests[index]);
      queue.put(index, judge(tests[index], runChild(arguments, program.timeout)));
    }
  } catch (...) {
    queue.fail(std::current_exception());
  }
}

}  // namespace

std::vector<std::string> listTests(const TestProgram& program, const std::string& only) {
  auto arguments = with(program.arguments, "--gtest_list_tests");
  if (!only.empty()) arguments.push_back("--gtest_filter=" + only);
  const auto end = runChild(arguments, program.timeout);
  if (end.timedOut || end.signal != 0 || end.exitStatus != 0)
    throw std::runtime_error("the list of tests could not be read: " + end.output);
  return readList(end.output);
}

std::vector<TestResult> runTests(const TestProgram& program, const std::vector<std::string>& tests,
                                 std::size_t jobs, const OnProgress& on_progress) {
  Queue queue(tests, on_progress);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(jobs, tests.size()); ++i) {
      threads.emplace_back([&] { work(program, tests, queue); });
      ::pthread_setname_np(threads.back().native_handle(), "check");
    }
  }
  return queue.results();
}

}  // namespace larder::host
