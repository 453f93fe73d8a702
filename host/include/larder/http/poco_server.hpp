// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_POCO_SERVER_HPP
#define LARDER_HTTP_POCO_SERVER_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <larder/http/event_server.hpp>
#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

struct ServerOptions {
  std::string key = "server.address";         ///< what messages call the address
  std::string address = "127.0.0.1:8080";     ///< host:port (0: a free one), unix:PATH or systemd
  std::size_t workers = 16;                   ///< connections served at once, one thread each
  std::size_t maxQueued = 256;                ///< connections waiting for a thread; more are closed
  std::size_t maxBody = 1 << 20;              ///< bytes of a request's body; 413 above
  std::chrono::milliseconds timeout{30'000};  ///< for reading a request and for writing a response
  std::chrono::milliseconds keepAlive{15'000};
  OriginOptions origin{};
  std::uint32_t socketMode = 0660;  ///< of the file at a unix: address
};

/// Serves requests over HTTP/1.1 with Poco::Net::HTTPServer. Poco stays behind this class: what it calls is a
/// function from Request to Response, which may run on several threads at once and does not throw.
class PocoServer {
 public:
  using Handle = std::function<Response(Request)>;

  /// Binds and starts. Throws std::invalid_argument if the address is none, std::runtime_error if it can't be
  /// bound, saying which and why.
  PocoServer(Handle handle, const ServerOptions& options);
  ~PocoServer();
  PocoServer(const PocoServer&) = delete;
  PocoServer& operator=(const PocoServer&) = delete;

  /// "127.0.0.1:8080", with the port that was bound; or "unix:PATH", which has port 0.
  std::string address() const;
  std::uint16_t port() const;

  /// Connections, those open now, requests handed over and refused; the rest is 0. Thread-safe.
  EventServerCounts counts() const;

  /// Accepts no more connections and lets requests in flight finish for at most `limit`.
  void stop(std::chrono::milliseconds limit);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace larder::http

#endif
