// SPDX-License-Identifier: Apache-2.0
#include "tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <new>
#include <stdexcept>

namespace larder::redis {
namespace {

// OpenSSL's own socket BIO uses write(), which raises SIGPIPE on a connection that the server has closed.
int fdOf(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int moved(BIO* bio, ssize_t size) {
  BIO_clear_retry_flags(bio);
  return static_cast<int>(size);
}

int writeTo(BIO* bio, const char* bytes, int size) {
  const ssize_t sent = ::send(fdOf(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
  const int result = moved(bio, sent);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return result;
}

int readFrom(BIO* bio, char* bytes, int size) {
  const ssize_t got = ::recv(fdOf(bio), bytes, static_cast<std::size_t>(size), MSG_DONTWAIT);
  const int result = moved(bio, got);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return result;
}

long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// Created once, for all sessions of the process.
const BIO_METHOD* socketMethod() {
  static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> method = [] {
    std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> made(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE"), BIO_meth_free);
    if (!made) throw std::bad_alloc();
    BIO_meth_set_write(made.get(), writeTo);
    BIO_meth_set_read(made.get(), readFrom);
    BIO_meth_set_ctrl(made.get(), control);
    return made;
  }();
  return method.get();
}

std::string lastError() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* const reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason != nullptr ? reason : "no reason given";
}

void check(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string(what) + ": " + lastError());
}

void trust(SSL_CTX* context, const TlsOptions& options) {
  if (options.ca.empty())
    check(SSL_CTX_set_default_verify_paths(context) == 1, "tls_ca: the system's certificates");
  else
    check(SSL_CTX_load_verify_locations(context, options.ca.c_str(), nullptr) == 1, "tls_ca");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

void identify(SSL_CTX* context, const TlsOptions& options) {
  if (options.certificate.empty()) return;
  const std::string& key = options.key.empty() ? options.certificate : options.key;
  check(SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) == 1, "tls_certificate");
  check(SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1, "tls_key");
  check(SSL_CTX_check_private_key(context) == 1, "tls_key");
}

// An IP address is not a server name: it is not sent as SNI, and is matched against the certificate's
// addresses.
void expect(SSL* session, const std::string& name) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str()) == 1) return;
  ERR_clear_error();
  check(SSL_set1_host(session, name.c_str()) == 1, "tls_server_name");
  // This is what SSL_set_tlsext_host_name expands to, without the cast that triggers a compiler warning.
  // OpenSSL copies the name.
  const long sent = SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                             const_cast<char*>(name.c_str()));
  check(sent == 1, "tls_server_name");
}

}  // namespace

TlsSession::TlsSession(int socket, const TlsOptions& options, const std::string& host)
    : context_(SSL_CTX_new(TLS_client_method())) {
  ERR_clear_error();
  if (!context_) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context_.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  trust(context_.get(), options);
  identify(context_.get(), options);

  session_.reset(SSL_new(context_.get()));
  BIO* const bio = BIO_new(socketMethod());
  if (!session_ || bio == nullptr) {
    BIO_free(bio);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  SSL_set_bio(session_.get(), bio, bio);
  SSL_set_connect_state(session_.get());
  expect(session_.get(), options.serverName.empty() ? host : options.serverName);
}

ssize_t TlsSession::send(const void* bytes, std::size_t size) {
  ERR_clear_error();
  return outcome(SSL_write(session_.get(), bytes, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

ssize_t TlsSession::receive(void* bytes, std::size_t size) {
  ERR_clear_error();
  return outcome(SSL_read(session_.get(), bytes, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

ssize_t TlsSession::outcome(int result) {
  const int systemError = errno;
  const int error = SSL_get_error(session_.get(), result);
  waitsForServer_ = error == SSL_ERROR_WANT_READ;
  if (result > 0) return result;
  if (error == SSL_ERROR_ZERO_RETURN) return 0;
  errno = EAGAIN;
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return -1;

  const long verdict = SSL_get_verify_result(session_.get());
  if (verdict != X509_V_OK)
    failure_ = std::string("the server's certificate: ") + X509_verify_cert_error_string(verdict);
  else if (error == SSL_ERROR_SYSCALL && systemError == 0)
    failure_ = "the server closed the connection";
  else
    failure_ = lastError();
  errno = EPROTO;
  return -1;
}

}  // namespace larder::redis
