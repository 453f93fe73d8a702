// SPDX-License-Identifier: Apache-2.0
#include "stream_socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace larder::memcached {

namespace {

constexpr int kSliceMs = static_cast<int>(kSlice.count());

bool isForNow(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

void StreamSocket::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

StreamSocket::Progress StreamSocket::connect(const plugin::Address& address) noexcept {
  close();
  descriptor_ = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor_ < 0) return Progress::failed;
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0) {
    becomeConnected();
    return Progress::done;
  }
  if (errno == EINPROGRESS) return Progress::waiting;
  close();
  return Progress::failed;
}

StreamSocket::Progress StreamSocket::awaitConnection() noexcept {
  pollfd ready{descriptor_, POLLOUT, 0};
  if (::poll(&ready, 1, kSliceMs) <= 0) return Progress::waiting;
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
    close();
    return Progress::failed;
  }
  becomeConnected();
  return Progress::done;
}

// Makes the socket blocking, with a time limit: a receive that waits in the kernel saves a poll before it and
// a receive that finds nothing.
void StreamSocket::becomeConnected() noexcept {
  const int flags = ::fcntl(descriptor_, F_GETFL);
  ::fcntl(descriptor_, F_SETFL, flags & ~O_NONBLOCK);
  const timeval slice{0, kSliceMs * 1000};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &slice, sizeof slice);
  const int yes = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);  // fails harmlessly on a Unix socket
}

bool StreamSocket::isStale() const noexcept {
  char byte = 0;
  const ssize_t size = ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size >= 0 || !isForNow(errno);
}

StreamSocket::Progress StreamSocket::send(std::string_view bytes, std::size_t& sent) noexcept {
  const ssize_t size = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (size < 0) return isForNow(errno) ? Progress::waiting : Progress::failed;
  sent += static_cast<std::size_t>(size);
  return static_cast<std::size_t>(size) == bytes.size() ? Progress::done : Progress::waiting;
}

StreamSocket::Progress StreamSocket::receive(std::span<char> bytes, std::size_t& received) noexcept {
  return receiveWith(0, bytes, received);
}

StreamSocket::Progress StreamSocket::receiveNow(std::span<char> bytes, std::size_t& received) noexcept {
  return receiveWith(MSG_DONTWAIT, bytes, received);
}

StreamSocket::Progress StreamSocket::receiveWith(int flags, std::span<char> bytes,
                                                 std::size_t& received) noexcept {
  const ssize_t size = ::recv(descriptor_, bytes.data(), bytes.size(), flags);
  if (size < 0) return isForNow(errno) ? Progress::waiting : Progress::failed;
  received += static_cast<std::size_t>(size);
  return size > 0 ? Progress::done : Progress::failed;
}

void StreamSocket::awaitEither() noexcept {
  pollfd ready{descriptor_, POLLIN | POLLOUT, 0};
  ::poll(&ready, 1, kSliceMs);
}

}  // namespace larder::memcached
