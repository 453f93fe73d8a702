// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_HTTP_SOCKET_HPP
#define LARDER_TESTS_HTTP_SOCKET_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace larder::tests {

/// A client's connection to 127.0.0.1 that sends and reads bytes as they are. Every wait ends after ten
/// seconds.
class Socket {
 public:
  /// Connects. `receiveBuffer`: bytes that the kernel takes for it while nobody reads; 0: its own choice.
  explicit Socket(std::uint16_t port, int receiveBuffer = 0);
  /// Has a descriptor and no connection yet.
  Socket();
  void connect(std::uint16_t port);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool isConnected() const { return connected_; }
  /// False if the server has closed.
  bool send(std::string_view bytes);
  /// Sends no more, and reads on.
  void endSending();
  /// One response with its body, by its Content-Length; what came if the server closes before.
  std::string response();
  /// All that comes until the server closes.
  std::string rest();
  /// Whether the server has closed or reset it, waiting for that.
  bool isClosed();

 private:
  bool more();

  int descriptor_;
  bool connected_ = false;
  std::string got_;
};

/// The descriptors that this process has open.
std::size_t openDescriptors();

}  // namespace larder::tests

#endif
