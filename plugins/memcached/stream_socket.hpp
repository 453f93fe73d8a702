// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_STREAM_SOCKET_HPP
#define LARDER_MEMCACHED_STREAM_SOCKET_HPP

#include "socket_address.hpp"

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

namespace larder::memcached {

/// The longest single wait on a socket. After it, the waiting thread checks deadlines and whether the backend
/// is closing.
inline constexpr std::chrono::milliseconds kSlice(10);

/// A connected socket, closed by the destructor. No call blocks longer than about kSlice. Not thread-safe.
class StreamSocket {
 public:
  enum class Progress { done, waiting, failed };

  StreamSocket() = default;
  ~StreamSocket() { close(); }
  StreamSocket(const StreamSocket&) = delete;
  StreamSocket& operator=(const StreamSocket&) = delete;

  bool isOpen() const { return descriptor_ >= 0; }
  void close() noexcept;

  /// Starts connecting; after `done` or `waiting` the socket is open.
  Progress connect(const plugin::Address& address) noexcept;
  /// Waits for the connection that connect() started.
  Progress awaitConnection() noexcept;

  /// Returns true if the peer has closed the socket or has sent unrequested bytes.
  bool isStale() const noexcept;

  /// Sends as much as the kernel accepts at once, and adds that number of bytes to `sent`.
  Progress send(std::string_view bytes, std::size_t& sent) noexcept;
  /// Receives at least one byte, and adds the number of bytes to `received`. Also `failed` at the end of the
  /// stream.
  Progress receive(std::span<char> bytes, std::size_t& received) noexcept;
  /// Waits until the socket is readable or writable.
  void awaitEither() noexcept;
  /// Like receive, but never waits.
  Progress receiveNow(std::span<char> bytes, std::size_t& received) noexcept;

 private:
  Progress receiveWith(int flags, std::span<char> bytes, std::size_t& received) noexcept;
  void becomeConnected() noexcept;

  int descriptor_ = -1;
};

}  // namespace larder::memcached

#endif
