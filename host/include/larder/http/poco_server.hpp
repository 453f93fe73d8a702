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
  std::string key = "server.address";         ///< the name of the address in messages
  std::string address = "127.0.0.1:8080";     ///< host:port (0: a free one), unix:PATH or systemd
  std::size_t workers = 16;                   ///< connections served at once, one thread each
  std::size_t maxQueued = 256;                ///< connections waiting for a thread; more are closed
  std::size_t maxBody = 1 << 20;              ///< bytes of a request body; 413 above
  std::chrono::milliseconds timeout{30'000};  ///< for reading a request and for writing a response
  std::chrono::milliseconds keepAlive{15'000};
  OriginOptions origin{};
  std::uint32_t socketMode = 0660;  ///< of the socket file, if `address` begins with unix:
};

/// Serves requests over HTTP/1.1 with Poco::Net::HTTPServer, and hides Poco from its users: `handle` is a
/// function from Request to Response, which may run on several threads at once and must not throw.
class PocoServer {
 public:
  using Handle = std::function<Response(Request)>;

  /// Binds and starts. Throws std::invalid_argument if the address is malformed, and std::runtime_error with
  /// the reason if it cannot be bound.
  PocoServer(Handle handle, const ServerOptions& options);
  ~PocoServer();
  PocoServer(const PocoServer&) = delete;
  PocoServer& operator=(const PocoServer&) = delete;

  /// Returns "127.0.0.1:8080", with the port actually bound; or "unix:PATH", which has port 0.
  std::string address() const;
  std::uint16_t port() const;

  /// Returns the counts of connections, of requests passed on and of requests refused; the others are 0.
  /// Thread-safe.
  EventServerCounts counts() const;

  /// Stops accepting connections and waits at most `limit` for requests in flight.
  void stop(std::chrono::milliseconds limit);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace larder::http

#endif
