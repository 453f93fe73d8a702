// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <new>
#include <system_error>

namespace larder::redis {
namespace {

bool wouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

std::string textOfErrno(const char* what, int error) {
  return std::string(what) + ": " + std::generic_category().message(error);
}

}  // namespace

Connection::Connection(plugin::FileDescriptor socket, std::unique_ptr<TlsSession> tls)
    : socket_(std::move(socket)), tls_(std::move(tls)), reader_(redisReaderCreate()) {
  if (!reader_) throw std::bad_alloc();
}

short Connection::events() const {
  const bool sends = !allSent() && !(tls_ && tls_->waitsForServer());
  return static_cast<short>(sends ? POLLIN | POLLOUT : POLLIN);
}

bool Connection::send() {
  while (!allSent()) {
    const char* const bytes = output_.data() + sent_;
    const std::size_t left = output_.size() - sent_;
    const ssize_t size =
        tls_ ? tls_->send(bytes, left) : ::send(fd(), bytes, left, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0) return wouldBlock(errno) || failByErrno("send", errno);
    if (size == 0) return failBy("the server closed the connection");
    sent_ += static_cast<std::size_t>(size);
    totalSent_ += static_cast<std::uint64_t>(size);
  }
  // Do not let one large value pin its memory for the life of the connection.
  constexpr std::size_t keptCapacity = std::size_t{4} << 20;
  if (output_.capacity() > keptCapacity) output_ = std::string();
  output_.clear();
  sent_ = 0;
  return true;
}

Connection::Received Connection::receive() {
  constexpr int rounds = 16;
  std::array<char, std::size_t{64} << 10> buffer;
  for (int round = 0; round < rounds; ++round) {
    const ssize_t size = tls_ ? tls_->receive(buffer.data(), buffer.size())
                              : ::recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    const int error = errno;
    // Process the bytes that preceded the end of the stream; the next call sees the end again.
    if (size <= 0 && round > 0) return Received::bytes;
    if (size < 0 && wouldBlock(error)) return Received::nothing;
    if (size <= 0) {
      size == 0 ? failBy("the server closed the connection") : failByErrno("receive", error);
      return Received::failed;
    }
    if (redisReaderFeed(reader_.get(), buffer.data(), static_cast<std::size_t>(size)) != REDIS_OK) {
      failBy("out of memory for the answers");
      return Received::failed;
    }
    // A TLS read returns at most one record of 16 KiB, so a short read does not mean that nothing is left.
    if (!tls_ && static_cast<std::size_t>(size) < buffer.size()) break;
  }
  return Received::bytes;
}

Connection::Parsed Connection::next(Reply& reply) {
  void* parsed = nullptr;
  if (redisReaderGetReply(reader_.get(), &parsed) != REDIS_OK) {
    failBy("an answer that is not Redis's protocol");
    return Parsed::failed;
  }
  if (parsed != nullptr) {
    reply.reset(static_cast<redisReply*>(parsed));
    return Parsed::reply;
  }
  if (!lineTooLong()) return Parsed::incomplete;
  failBy("an endless line is not Redis's protocol");
  return Parsed::failed;
}

bool Connection::failBy(std::string text) {
  failure_ = std::move(text);
  return false;
}

bool Connection::failByErrno(const char* what, int error) {
  return failBy(tls_ && error == EPROTO ? "TLS: " + tls_->failure() : textOfErrno(what, error));
}

// hiredis rescans an unfinished line from its start whenever bytes arrive, so a long line takes quadratic
// time. Long strings are unaffected: their first line holds only their size.
bool Connection::lineTooLong() const {
  constexpr std::size_t longest = std::size_t{64} << 10;
  const std::string_view waiting(reader_->buf + reader_->pos, reader_->len - reader_->pos);
  return waiting.size() > longest && waiting.substr(0, longest).find('\n') == std::string_view::npos;
}

}  // namespace larder::redis
