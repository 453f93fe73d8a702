// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_FRONT_HPP
#define LARDER_SERVE_FRONT_HPP

#include <larder/worker_pool.hpp>

#include <chrono>
#include <memory>
#include <string>

#include <larder/http/app.hpp>
#include <larder/http/event_server.hpp>
#include "config/config.hpp"
#include "serve/access_log.hpp"

namespace larder::host {

/// The main listener: passes client requests to an App, using the server that server.front selects.
class Front {
 public:
  virtual ~Front() = default;

  /// Returns "127.0.0.1:8080", with the port actually bound.
  virtual std::string address() const = 0;
  /// Returns the server's counters. Thread-safe. Counters that this server does not have are 0.
  virtual http::EventServerCounts counts() const = 0;
  /// Stops accepting connections, then blocks until the requests have finished, for at most `limit`.
  virtual void stop(std::chrono::milliseconds limit) = 0;
};

/// Binds and starts the listener. Both references must outlive it. Logs every request that reaches the App.
/// Throws what http::EventServer and http::PocoServer throw.
std::unique_ptr<Front> openFront(const ServerConfig& config, const http::App& app, AccessLog& log);

}  // namespace larder::host

#endif
