// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_TLS_HPP
#define LARDER_REDIS_TLS_HPP

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>

namespace larder::redis {

/// How a rediss:// server is trusted, and how we prove who we are. File names; all of PEM.
struct TlsOptions {
  std::string ca;           ///< certificates of authorities; empty: those of the system
  std::string certificate;  ///< of this client, with its chain; empty: none
  std::string key;          ///< of `certificate`; empty: it lies in the same file
  std::string serverName;   ///< sent as SNI, and must be in the server's certificate; empty: the URL's host
};

/// The client's side of TLS 1.2 or 1.3 over one connected socket that does not block. The first bytes sent or
/// received shake hands. The server's certificate must be valid, for the right name.
class TlsSession {
 public:
  /// Reads the files, so each connection takes those that lie there now. Does not take over `socket`. Throws
  /// std::runtime_error, which names the option to look at.
  TlsSession(int socket, const TlsOptions& options, const std::string& host);

  /// As ::send and ::recv, with errno EAGAIN if the socket has to be waited for and EPROTO if failure() says
  /// more. Never raises SIGPIPE.
  ssize_t send(const void* bytes, std::size_t size);
  ssize_t receive(void* bytes, std::size_t size);

  /// True if the last call needs bytes of the server before it can go on, so there is no use in waiting until
  /// the socket takes more.
  bool waitsForServer() const { return waitsForServer_; }

  const std::string& failure() const { return failure_; }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* session) const noexcept { SSL_free(session); }
  };

  ssize_t outcome(int result);

  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> session_;
  bool waitsForServer_ = false;
  std::string failure_;
};

}  // namespace larder::redis

#endif
