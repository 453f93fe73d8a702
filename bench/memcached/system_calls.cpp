// SPDX-License-Identifier: Apache-2.0
//
// Counts system calls without a tracer, which would slow them down: the functions below replace libc's in the
// plugin and in libmemcached, because the dynamic linker resolves symbols to the program's own first.
#include "system_calls.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

namespace {

std::atomic<std::uint64_t> sends{0};
std::atomic<std::uint64_t> receives{0};

long counted(std::atomic<std::uint64_t>& counter, long result) {
  counter.fetch_add(1, std::memory_order_relaxed);
  return result;
}

}  // namespace

extern "C" {

ssize_t send(int socket, const void* bytes, size_t size, int flags) {
  return counted(sends, ::syscall(SYS_sendto, socket, bytes, size, flags, nullptr, 0));
}

ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  return counted(sends, ::syscall(SYS_sendmsg, socket, message, flags));
}

ssize_t recv(int socket, void* bytes, size_t size, int flags) {
  return counted(receives, ::syscall(SYS_recvfrom, socket, bytes, size, flags, nullptr, nullptr));
}

ssize_t recvmsg(int socket, msghdr* message, int flags) {
  return counted(receives, ::syscall(SYS_recvmsg, socket, message, flags));
}

int poll(pollfd* sockets, nfds_t count, int timeout) {
  return static_cast<int>(counted(receives, ::syscall(SYS_poll, sockets, count, timeout)));
}

int epoll_wait(int descriptor, epoll_event* events, int most, int timeout) {
  return static_cast<int>(
      counted(receives, ::syscall(SYS_epoll_pwait, descriptor, events, most, timeout, nullptr, 0)));
}
}

namespace larder::memcached_bench {

SystemCalls systemCalls() { return {sends.load(), receives.load()}; }

}  // namespace larder::memcached_bench
