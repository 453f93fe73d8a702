// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CONNECTION_HPP
#define LARDER_REDIS_CONNECTION_HPP

#include "file_descriptor.hpp"
#include "reply.hpp"
#include "tls.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace larder::redis {

/// One connected socket: bytes out, answers in. Knows nothing of operations. Never waits, never raises
/// SIGPIPE. After the first failure it is good for nothing but its failure() text. For the I/O thread.
class Connection {
 public:
  /// `socket` is connected and does not block; `tls` is over it, or nullptr. Throws std::bad_alloc.
  explicit Connection(FileDescriptor socket, std::unique_ptr<TlsSession> tls = nullptr);

  int fd() const { return socket_.get(); }

  /// Where commands are appended. REQUIRES: all of the output before has been sent.
  std::string& output() { return output_; }
  bool allSent() const { return sent_ == output_.size(); }

  /// What to poll fd() for.
  short events() const;

  /// Bytes that the system has taken since the connection was made.
  std::uint64_t totalSent() const { return totalSent_; }

  /// Sends as much as the system takes. False: failed.
  bool send();

  enum class Received { bytes, nothing, failed };
  /// Takes in what has arrived, up to a limit, so that a fast server can't keep the thread.
  Received receive();

  enum class Parsed { reply, incomplete, failed };
  /// The next answer among the bytes received.
  Parsed next(Reply& reply);

  std::string_view failure() const { return failure_; }

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
  };

  bool failBy(std::string text);
  bool failByErrno(const char* what, int error);
  bool lineTooLong() const;

  FileDescriptor socket_;
  std::unique_ptr<TlsSession> tls_;
  std::unique_ptr<redisReader, FreeReader> reader_;
  std::string output_;
  std::size_t sent_ = 0;  // of output_
  std::uint64_t totalSent_ = 0;
  std::string failure_;
};

}  // namespace larder::redis

#endif
