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

/// The main listener: takes requests from clients to an App, by the server that server.front names.
class Front {
 public:
  virtual ~Front() = default;

  /// "127.0.0.1:8080", with the port that was bound.
  virtual std::string address() const = 0;
  /// Thread-safe. A front that does not count something says 0.
  virtual http::EventServerCounts counts() const = 0;
  /// Accepts no more connections and lets requests finish for at most `limit`; blocks until then.
  virtual void stop(std::chrono::milliseconds limit) = 0;
};

/// Binds and starts. Both references must outlive it. Each request that reaches the App is logged. Throws
/// what http::EventServer and http::PocoServer throw.
std::unique_ptr<Front> openFront(const ServerConfig& config, const http::App& app, AccessLog& log);

}  // namespace larder::host

#endif
