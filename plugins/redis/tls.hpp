// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_TLS_HPP
#define LARDER_REDIS_TLS_HPP

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>

namespace larder::redis {

/// How a rediss:// server is verified, and how this client identifies itself. All members but the last are
/// names of PEM files.
struct TlsOptions {
  std::string ca;           ///< trusted authorities' certificates; empty: the system's
  std::string certificate;  ///< this client's certificate, with its chain; empty: none
  std::string key;          ///< the key of `certificate`; empty: in the same file
  std::string serverName;   ///< sent as SNI, and must be in the server's certificate; empty: the URL's host
};

/// The client side of TLS 1.2 or 1.3 over one connected, non-blocking socket. The first send or receive
/// starts the handshake. The server's certificate must be valid and match the expected name.
class TlsSession {
 public:
  /// Reads the files, so each connection uses their current contents. Does not take ownership of `socket`.
  /// Throws std::runtime_error, which names the option at fault.
  TlsSession(int socket, const TlsOptions& options, const std::string& host);

  /// Like ::send and ::recv. errno is EAGAIN if the caller has to wait for the socket, and EPROTO if
  /// failure() has the details. Never raises SIGPIPE.
  ssize_t send(const void* bytes, std::size_t size);
  ssize_t receive(void* bytes, std::size_t size);

  /// Returns true if the last call needs bytes from the server before it can continue, so that waiting for
  /// the socket to become writable is pointless.
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
