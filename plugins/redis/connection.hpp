// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CONNECTION_HPP
#define LARDER_REDIS_CONNECTION_HPP

#include "reply.hpp"
#include "tls.hpp"

#include <larder/async/file_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace larder::redis {

/// One connected socket that sends commands and receives replies. It knows nothing of operations. Never
/// blocks, never raises SIGPIPE. After the first failure only failure() is useful. Used by the I/O thread
/// only.
class Connection {
 public:
  /// Takes a connected, non-blocking `socket`, and the TLS session over it or nullptr. Throws std::bad_alloc.
  explicit Connection(plugin::FileDescriptor socket, std::unique_ptr<TlsSession> tls = nullptr);

  int fd() const { return socket_.get(); }

  /// Returns the buffer to append commands to. REQUIRES: allSent().
  std::string& output() { return output_; }
  bool allSent() const { return sent_ == output_.size(); }

  /// Returns the events to poll fd() for.
  short events() const;

  /// Returns how many bytes the kernel has accepted since the connection was made.
  std::uint64_t totalSent() const { return totalSent_; }

  /// Sends as much as the kernel accepts. Returns false on failure.
  bool send();

  enum class Received { bytes, nothing, failed };
  /// Reads the bytes that have arrived, up to a limit, so that a fast server cannot monopolize the thread.
  Received receive();

  enum class Parsed { reply, incomplete, failed };
  /// Parses the next reply from the bytes received.
  Parsed next(Reply& reply);

  std::string_view failure() const { return failure_; }

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
  };

  bool failBy(std::string text);
  bool failByErrno(const char* what, int error);
  bool lineTooLong() const;

  plugin::FileDescriptor socket_;
  std::unique_ptr<TlsSession> tls_;
  std::unique_ptr<redisReader, FreeReader> reader_;
  std::string output_;
  std::size_t sent_ = 0;  // of output_
  std::uint64_t totalSent_ = 0;
  std::string failure_;
};

}  // namespace larder::redis

#endif
