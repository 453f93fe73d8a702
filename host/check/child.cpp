// SPDX-License-Identifier: Apache-2.0
#include "check/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <conformance/protocol.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace larder::host {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kMostOutput = std::size_t{256} << 10;
constexpr std::size_t kMostReport = std::size_t{4} << 20;

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

// The child writes; this process reads without blocking.
struct Pipe {
  Descriptor read;
  Descriptor write;

  Pipe() {
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe");
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  }
};

// Appends what the child has written so far; returns false at the end of the pipe. Goes on reading when
// `into` is full, because the child would block otherwise.
bool drain(const Descriptor& pipe, std::string& into, std::size_t most) {
  std::array<char, 16384> buffer;
  while (true) {
    const auto got = ::read(pipe.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    into.append(buffer.data(), std::min(static_cast<std::size_t>(got), most - std::min(most, into.size())));
  }
}

class SpawnSetup {
 public:
  SpawnSetup(const Pipe& report, const Pipe& output) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, output.write.number(), 1);
    posix_spawn_file_actions_adddup2(&files_, output.write.number(), 2);
    posix_spawn_file_actions_adddup2(&files_, report.write.number(), conformance::kReportFile);

    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }

  pid_t spawn(const std::vector<std::string>& arguments) const {
    std::vector<char*> pointers;
    for (const auto& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    pid_t pid = -1;
    check(::posix_spawn(&pid, pointers[0], &files_, &attributes_, pointers.data(), environ), pointers[0]);
    return pid;
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

// Reads both pipes until the process ends; returns false if it is still running at `limit`.
bool follow(pid_t pid, const Pipe& report, const Pipe& output, SteadyClock::time_point limit, ChildEnd& end) {
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  check(process.number() >= 0 ? 0 : errno, "pidfd_open");
  std::array<pollfd, 3> watched = {pollfd{process.number(), POLLIN, 0},
                                   pollfd{report.read.number(), POLLIN, 0},
                                   pollfd{output.read.number(), POLLIN, 0}};
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(limit - SteadyClock::now());
    if (left.count() <= 0) return false;
    ::poll(watched.data(), watched.size(),
           static_cast<int>(std::min(left, milliseconds(60'000)).count()) + 1);
    const bool ended = watched[0].revents != 0;
    if (!drain(report.read, end.report, kMostReport)) watched[1].fd = -1;
    if (!drain(output.read, end.output, kMostOutput)) watched[2].fd = -1;
    if (ended) return true;
  }
}

}  // namespace

ChildEnd runChild(const std::vector<std::string>& arguments, milliseconds timeout) {
  Pipe report;
  Pipe output;
  const auto begin = SteadyClock::now();
  const pid_t pid = SpawnSetup(report, output).spawn(arguments);
  report.write.close();
  output.write.close();

  ChildEnd end;
  end.timedOut = !follow(pid, report, output, begin + timeout, end);
  // Kills the child's whole process group, before the child is reaped: until then no other process gets its
  // id.
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  end.took = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begin);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (WIFEXITED(status)) end.exitStatus = WEXITSTATUS(status);
  return end;
}

}  // namespace larder::host
