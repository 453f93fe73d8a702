// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_HTTP_SOCKET_HPP
#define LARDER_TESTS_HTTP_SOCKET_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace larder::tests {

/// A client connection to 127.0.0.1 that sends and receives raw bytes. Every wait ends after ten seconds.
class Socket {
 public:
  /// Connects. `receiveBuffer` is the number of bytes that the kernel buffers; 0: its own choice.
  explicit Socket(std::uint16_t port, int receiveBuffer = 0);
  /// Creates a descriptor without a connection.
  Socket();
  void connect(std::uint16_t port);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool isConnected() const { return connected_; }
  /// Returns false if the server has closed.
  bool send(std::string_view bytes);
  /// Ends its output and continues to read.
  void endSending();
  /// Returns one response with its body, by its Content-Length; or the bytes received before the server
  /// closed.
  std::string response();
  /// Returns everything received until the server closes.
  std::string rest();
  /// Waits for the server to close or reset the connection; returns false on a timeout.
  bool isClosed();

 private:
  bool more();

  int descriptor_;
  bool connected_ = false;
  std::string got_;
};

/// Returns the number of descriptors that this process has open.
std::size_t openDescriptors();

}  // namespace larder::tests

#endif
