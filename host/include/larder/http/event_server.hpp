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

/// How long a client, or a handler, may take. A late client is cut off, with a 408 where it was sending a
/// request. A late handler is answered for with a 503; it runs on, and its response is dropped.
struct Deadlines {
  std::chrono::milliseconds head{10'000};     ///< from a request's first byte to the end of its head
  std::chrono::milliseconds body{30'000};     ///< from there to the end of its body
  std::chrono::milliseconds handler{60'000};  ///< from there to the response
  std::chrono::milliseconds idle{60'000};     ///< between two requests, and before the first
  std::chrono::milliseconds write{30'000};    ///< to take 64 KiB of a response, or the rest if that is less
  std::chrono::milliseconds linger{2'000};    ///< to read our last words after we have ended the connection
};

struct EventServerOptions {
  std::string key = "server.address";      ///< what messages call the address
  std::string address = "127.0.0.1:8080";  ///< host:port (0: a free one), unix:PATH or systemd
  std::size_t loops = 0;                   ///< event loops, a thread each; 0: one per core
  std::size_t maxConnections = 10'000;     ///< open at once; more wait in the kernel until others end
  std::size_t maxBodyMemory = 256 << 20;   ///< bytes that all requests' bodies may take together; 503 above
  RequestLimits limits{};
  Deadlines deadlines{};
  OriginOptions origin{};
  std::uint32_t socketMode = 0660;  ///< of the file at a unix: address
};

/// What a server has done, and has open.
struct EventServerCounts {
  std::uint64_t openConnections = 0;  ///< now
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;              ///< handed over
  std::map<int, std::uint64_t> refused{};  ///< by the status: requests that were not handed over
  std::uint64_t cutOff = 0;                ///< connections that a deadline ended
  std::uint64_t acceptPauses = 0;          ///< for want of descriptors, or at maxConnections
  std::uint64_t unsendable = 0;            ///< responses replaced by a 500: writeResponse
};

/// Serves requests over HTTP/1.1 and 1.0 by event loops, so that a connection costs memory and no thread.
///
/// `handle` is called on a loop's thread and must not block: what takes time belongs on a thread of its own,
/// which calls Respond when it is done. One that throws is answered with a 500, and one that drops its
/// Respond without a call with a 503. Respond may be called after the server has ended; then it does nothing.
class EventServer {
 public:
  /// Binds and starts. Throws std::invalid_argument if the address is none, std::runtime_error if it can't be
  /// bound or a loop can't be made, saying which and why.
  EventServer(Handle handle, const EventServerOptions& options);
  ~EventServer();
  EventServer(const EventServer&) = delete;
  EventServer& operator=(const EventServer&) = delete;

  /// "127.0.0.1:8080", with the port that was bound; or "unix:PATH", which has port 0.
  std::string address() const;
  std::uint16_t port() const;

  /// Thread-safe.
  EventServerCounts counts() const;

  /// Accepts no more connections, closes those without a complete request head, and lets the other requests
  /// finish for at most `limit`.
  void stop(std::chrono::milliseconds limit);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace larder::http

#endif
