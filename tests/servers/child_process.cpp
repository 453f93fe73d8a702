// SPDX-License-Identifier: Apache-2.0
#include "child_process.hpp"

#include "text.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

namespace larder::servers {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

// Takes on the account's rights for good. The order matters: who has given up the user may change no group.
bool become(const Account& account) {
  return ::setgroups(1, &account.gid) == 0 && ::setgid(account.gid) == 0 && ::setuid(account.uid) == 0;
}

// Puts the signals back to what a program expects at its start; a test may have blocked or ignored some.
void resetSignals() {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
}

struct ChildSetup {
  char* const* arguments;
  const std::optional<Account>& account;
  int log;
  int deathSignal;
  pid_t parent;
};

// Runs between fork and exec. The test may have other threads, one of which may hold malloc's lock at the
// fork for ever: only async-signal-safe calls here. Returns only on failure, with errno set.
void runProgram(const ChildSetup& setup) {
  if (setup.account && !become(*setup.account)) return;
  // After the change of user, which clears it.
  if (::prctl(PR_SET_PDEATHSIG, setup.deathSignal) != 0) return;
  if (::getppid() != setup.parent) ::_exit(1);  // it died before prctl could notice

  resetSignals();
  const int input = ::open("/dev/null", O_RDONLY);
  if (input < 0 || ::dup2(input, 0) < 0 || ::dup2(setup.log, 1) < 0 || ::dup2(setup.log, 2) < 0) return;
  // A server that inherited a test's socket would keep that connection open.
  ::close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC);
  ::execv(setup.arguments[0], setup.arguments);
}

std::vector<char*> argumentPointers(const std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<pid_t> childrenOf(pid_t pid) {
  const std::string process = std::to_string(pid);
  std::ifstream list("/proc/" + process + "/task/" + process + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

// Or ended: the state follows the name in parentheses, and T is for stopped.
bool isStopped(const std::filesystem::path& thread) {
  const auto stat = contentsOf(thread / "stat");
  const auto state = stat.rfind(") ");
  return state == std::string::npos ||
         std::string_view("TtZX").find(stat[state + 2]) != std::string_view::npos;
}

// A stop signal reaches each thread of a process when it runs next, and until then it may answer once more.
void awaitStopped(pid_t pid) {
  const auto limit = Clock::now() + std::chrono::seconds(10);
  const std::filesystem::path threads = "/proc/" + std::to_string(pid) + "/task";
  std::error_code gone;
  while (!std::all_of(std::filesystem::directory_iterator(threads, gone), {},
                      [](const auto& thread) { return isStopped(thread.path()); })) {
    if (Clock::now() > limit) fail(ETIMEDOUT, "stopping process " + std::to_string(pid));
    std::this_thread::sleep_for(milliseconds(1));
  }
}

}  // namespace

ChildProcess::ChildProcess(const ChildCommand& command) {
  const std::vector<char*> arguments = argumentPointers(command.arguments);
  const int log = ::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) fail(errno, command.log);
  // Closed by a successful exec, or carries errno: so the caller learns here that a program can't run.
  std::array<int, 2> report;
  if (::pipe2(report.data(), O_CLOEXEC) != 0) {
    const int error = errno;
    ::close(log);
    fail(error, "pipe");
  }

  const ChildSetup setup{arguments.data(), command.account, log, command.deathSignal, ::getpid()};
  pid_ = ::fork();
  if (pid_ == 0) {
    runProgram(setup);
    const int error = errno;
    if (::write(report[1], &error, sizeof error) < 0) ::_exit(126);
    ::_exit(127);
  }
  int error = pid_ < 0 ? errno : 0;
  ::close(log);
  ::close(report[1]);
  if (pid_ > 0 && ::read(report[0], &error, sizeof error) > 0) ::waitpid(pid_, nullptr, 0);
  ::close(report[0]);
  if (error != 0) fail(error, command.arguments.front());
}

ChildProcess::~ChildProcess() { end(SIGKILL, milliseconds(0)); }

std::optional<int> ChildProcess::wait(milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (!status_) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      status_ = status;
    } else if (Clock::now() >= deadline) {
      break;
    } else {
      std::this_thread::sleep_for(milliseconds(2));
    }
  }
  return status_;
}

void ChildProcess::signalWithChildren(int signal) {
  if (!running()) return;
  ::kill(pid_, signal);
  for (const pid_t child : childrenOf(pid_)) ::kill(child, signal);
}

// The parent first: once it is stopped it starts no further child.
void ChildProcess::stopWithChildren() {
  if (!running()) return;
  ::kill(pid_, SIGSTOP);
  awaitStopped(pid_);
  const auto children = childrenOf(pid_);
  for (const pid_t child : children) ::kill(child, SIGSTOP);
  for (const pid_t child : children) awaitStopped(child);
}

void ChildProcess::end(int signal, milliseconds grace) {
  if (!running()) return;
  ::kill(pid_, signal);
  signalWithChildren(SIGCONT);
  if (wait(grace)) return;

  signalWithChildren(SIGKILL);
  wait(std::chrono::seconds(10));
}

}  // namespace larder::servers
