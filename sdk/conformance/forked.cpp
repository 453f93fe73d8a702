// SPDX-License-Identifier: Apache-2.0
#include "forked.hpp"

#include "eventually.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>

namespace larder::conformance {
namespace {

[[noreturn]] void runAndExit(const std::function<int()>& work) {
  try {
    std::exit(work());
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    std::_Exit(120);
  }
}

std::string describe(int status) {
  if (WIFEXITED(status)) return "exit " + std::to_string(WEXITSTATUS(status));
  const char* name = ::sigabbrev_np(WTERMSIG(status));
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

std::string endOfFork(const std::function<int()>& work, std::chrono::milliseconds timeout) {
  const pid_t pid = ::fork();
  if (pid < 0) return "fork failed";
  if (pid == 0) runAndExit(work);

  int status = 0;
  if (eventually([&] { return ::waitpid(pid, &status, WNOHANG) != 0; }, timeout)) return describe(status);

  ::kill(pid, SIGKILL);
  ::waitpid(pid, &status, 0);
  return "did not end in time";
}

}  // namespace larder::conformance
