// SPDX-License-Identifier: Apache-2.0
#include "child_process.hpp"

#include "text.hpp"
#include "waiting/eventually.hpp"

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

namespace larder::servers {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

// Switches to the account permanently. The user comes last: afterwards the process may no longer change its
// groups.
bool become(const Account& account) {
  return ::setgroups(1, &account.gid) == 0 && ::setgid(account.gid) == 0 && ::setuid(account.uid) == 0;
}

// Resets signals to their defaults for a new program; the test may have blocked or ignored some.
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

// Runs between fork and exec. Makes only async-signal-safe calls, since another thread of the test may have
// held malloc's lock at the fork, and no thread of the child would ever release it. Returns only on failure,
// with errno set.
void runProgram(const ChildSetup& setup) {
  if (setup.account && !become(*setup.account)) return;
  // Set after the change of user, which would clear it.
  if (::prctl(PR_SET_PDEATHSIG, setup.deathSignal) != 0) return;
  if (::getppid() != setup.parent) ::_exit(1);  // the parent died before prctl took effect

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

// Returns true if the thread is stopped or has ended. Its state, where T is stopped, follows the name in
// parentheses.
bool isStopped(const std::filesystem::path& thread) {
  const auto stat = contentsOf(thread / "stat");
  const auto state = stat.rfind(") ");
  return state == std::string::npos ||
         std::string_view("TtZX").find(stat[state + 2]) != std::string_view::npos;
}

// Blocks until every thread has stopped: a stop signal reaches a thread when it next runs, and until then the
// thread may still send a response.
void awaitStopped(pid_t pid) {
  const std::filesystem::path threads = "/proc/" + std::to_string(pid) + "/task";
  const auto stopped = [&threads] {
    std::error_code gone;
    return std::all_of(std::filesystem::directory_iterator(threads, gone), {},
                       [](const auto& thread) { return isStopped(thread.path()); });
  };
  if (!tests::eventually(stopped)) fail(ETIMEDOUT, "stopping process " + std::to_string(pid));
}

}  // namespace

ChildProcess::ChildProcess(const ChildCommand& command) {
  const std::vector<char*> arguments = argumentPointers(command.arguments);
  const int log = ::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) fail(errno, command.log);
  // A successful exec closes the pipe and a failed one writes errno to it, so that the caller learns whether
  // the program runs.
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
  const auto ended = [this] {
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
    return status_.has_value();
  };
  static_cast<void>(tests::eventually(ended, timeout));
  return status_;
}

void ChildProcess::signalWithChildren(int signal) {
  if (!running()) return;
  ::kill(pid_, signal);
  for (const pid_t child : childrenOf(pid_)) ::kill(child, signal);
}

// Stops the parent first: once stopped, it starts no more children.
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
