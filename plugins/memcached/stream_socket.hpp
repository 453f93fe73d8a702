// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_STREAM_SOCKET_HPP
#define LARDER_MEMCACHED_STREAM_SOCKET_HPP

#include "socket_address.hpp"

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

namespace larder::memcached {

/// The longest single wait on a socket: after it the waiting thread looks at deadlines and at whether the
/// backend is being closed.
inline constexpr std::chrono::milliseconds kSlice(10);

/// A connected socket, closed by the destructor. No call blocks longer than about kSlice. One thread at a
/// time.
class StreamSocket {
 public:
  enum class Progress { done, waiting, failed };

  StreamSocket() = default;
  ~StreamSocket() { close(); }
  StreamSocket(const StreamSocket&) = delete;
  StreamSocket& operator=(const StreamSocket&) = delete;

  bool isOpen() const { return descriptor_ >= 0; }
  void close() noexcept;

  /// Begins to connect; `done` or `waiting` leave it open.
  Progress connect(const SocketAddress& address) noexcept;
  /// Waits for a connection that has begun.
  Progress awaitConnection() noexcept;

  /// True if the other side has closed it, or has sent what nobody asked for.
  bool isStale() const noexcept;

  /// Sends what the system takes at once, and adds that to `sent`.
  Progress send(std::string_view bytes, std::size_t& sent) noexcept;
  /// Receives at least one byte, and adds the number to `received`. `failed` at the end of the stream, too.
  Progress receive(std::span<char> bytes, std::size_t& received) noexcept;
  /// Waits until it can be sent to or received from.
  void awaitEither() noexcept;
  /// As receive, without a wait.
  Progress receiveNow(std::span<char> bytes, std::size_t& received) noexcept;

 private:
  Progress receiveWith(int flags, std::span<char> bytes, std::size_t& received) noexcept;
  void becomeConnected() noexcept;

  int descriptor_ = -1;
};

}  // namespace larder::memcached

#endif
