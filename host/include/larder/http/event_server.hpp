// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_EVENT_SERVER_HPP
#define LARDER_HTTP_EVENT_SERVER_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <larder/http/handle.hpp>
#include <larder/http/limits.hpp>
#include <larder/http/request_origin.hpp>

namespace larder::http {

/// Time limits for clients and handlers. A client that exceeds one is disconnected, with a 408 if it was
/// sending a request. A handler that exceeds one is answered for with a 503; it continues, and its response
/// is dropped.
struct Deadlines {
  std::chrono::milliseconds head{10'000};     ///< from a request's first byte to the end of its head
  std::chrono::milliseconds body{30'000};     ///< from there to the end of its body
  std::chrono::milliseconds handler{60'000};  ///< from there to the response
  std::chrono::milliseconds idle{60'000};     ///< between two requests, and before the first
  std::chrono::milliseconds write{
      30'000};  ///< for the client to read 64 KiB of a response, or the rest if that is less
  std::chrono::milliseconds linger{
      2'000};  ///< for the client to read the last response after the server has ended the connection
};

struct EventServerOptions {
  std::string key = "server.address";      ///< the name of the address in messages
  std::string address = "127.0.0.1:8080";  ///< host:port (0: a free one), unix:PATH or systemd
  std::size_t loops = 0;                   ///< event loops, one thread each; 0: one per core
  std::size_t maxConnections = 10'000;     ///< open at once; further ones wait in the kernel
  std::size_t maxBodyMemory = 256 << 20;   ///< bytes, of all request bodies together; 503 above
  RequestLimits limits{};
  Deadlines deadlines{};
  OriginOptions origin{};
  std::uint32_t socketMode = 0660;  ///< of the socket file, if `address` begins with unix:
};

/// Counters of a server.
struct EventServerCounts {
  std::uint64_t openConnections = 0;  ///< at this moment
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;              ///< passed to the handler
  std::map<int, std::uint64_t> refused{};  ///< requests refused by the server itself, by status
  std::uint64_t cutOff = 0;                ///< connections closed by a deadline
  std::uint64_t acceptPauses = 0;          ///< pauses for lack of descriptors or at maxConnections
  std::uint64_t unsendable = 0;            ///< responses replaced by a 500: see writeResponse
};

/// Serves requests over HTTP/1.1 and 1.0 on event loops, so that a connection costs memory but no thread.
///
/// `handle` is called on a loop's thread and must not block: slow work belongs on another thread, which calls
/// Respond when it is done. If `handle` throws, the client receives a 500; if it drops its Respond without a
/// call, a 503. Respond may be called after the server has ended, without effect.
class EventServer {
 public:
  /// Binds and starts. Throws std::invalid_argument if the address is malformed, and std::runtime_error with
  /// the reason if it cannot be bound or a loop cannot be created.
  EventServer(Handle handle, const EventServerOptions& options);
  ~EventServer();
  EventServer(const EventServer&) = delete;
  EventServer& operator=(const EventServer&) = delete;

  /// Returns "127.0.0.1:8080", with the port actually bound; or "unix:PATH", which has port 0.
  std::string address() const;
  std::uint16_t port() const;

  /// Thread-safe.
  EventServerCounts counts() const;

  /// Stops accepting connections, closes those without a complete request head, and waits at most `limit` for
  /// the other requests.
  void stop(std::chrono::milliseconds limit);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace larder::http

#endif
