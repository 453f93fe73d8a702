// SPDX-License-Identifier: Apache-2.0
#include "serve/front.hpp"

#include <larder/executor.hpp>

#include <utility>

#include <larder/http/poco_server.hpp>

namespace larder::host {
namespace {

// Event loops answer hits themselves; handlers run on workers.
class EventFront final : public Front {
 public:
  EventFront(const ServerConfig& config, const http::App& app, AccessLog& log)
      : workers_("larder-worker", config.workers, config.queue),
        server_(LoggedHandle(log,
                             [this, &app](http::Request&& request, http::Responder& responder) {
                               app.handle(std::move(request), workers_, responder);
                             }),
                options(config)) {}

  std::string address() const override { return server_.address(); }
  http::EventServerCounts counts() const override { return server_.counts(); }
  void stop(std::chrono::milliseconds limit) override { server_.stop(limit); }

 private:
  static http::EventServerOptions options(const ServerConfig& config) {
    return {.address = config.address,
            .loops = config.loops,
            .maxConnections = config.maxConnections,
            .maxBodyMemory = config.maxBodyMemory,
            .limits = {.maxHead = config.maxHead, .maxHeaderLine = config.maxHead, .maxBody = config.maxBody},
            .deadlines = {.head = config.headTimeout,
                          .body = config.bodyTimeout,
                          .handler = config.handlerTimeout,
                          .idle = config.idleTimeout,
                          .write = config.writeTimeout},
            .origin = config.origin,
            .socketMode = config.socketMode};
  }

  WorkerPool workers_;
  http::EventServer server_;  // last: its threads use the workers
};

// Takes the response to a request that is answered on this thread.
class Awaited final : public http::Responder {
 public:
  explicit Awaited(RunLoop& loop) : loop_(loop) {}

  void respond(http::Response&& response) override {
    response_ = std::move(response);
    loop_.stop();
  }
  http::Respond later() override {
    return [this](http::Response response) { respond(std::move(response)); };
  }
  http::Response take() {
    loop_.run();
    return std::move(response_).inFull();
  }

 private:
  RunLoop& loop_;
  http::Response response_;
};

// Poco::Net::HTTPServer: one thread per connection, which also runs the handlers.
class PocoFront final : public Front {
 public:
  PocoFront(const ServerConfig& config, const http::App& app, AccessLog& log)
      : server_(
            [&app, &log](http::Request request) {
              RunLoop loop;
              Awaited awaited(loop);
              const LoggedHandle handle(log, [&](http::Request&& each, http::Responder& responder) {
                app.handle(std::move(each), loop, responder);
              });
              handle(std::move(request), awaited);
              return awaited.take();
            },
            options(config)) {}

  std::string address() const override { return server_.address(); }
  http::EventServerCounts counts() const override { return server_.counts(); }
  void stop(std::chrono::milliseconds limit) override { server_.stop(limit); }

 private:
  static http::ServerOptions options(const ServerConfig& config) {
    return {.address = config.address,
            .workers = config.workers,
            .maxQueued = config.queue,
            .maxBody = config.maxBody,
            .timeout = config.headTimeout,
            .keepAlive = config.idleTimeout,
            .origin = config.origin,
            .socketMode = config.socketMode};
  }

  http::PocoServer server_;
};

}  // namespace

std::unique_ptr<Front> openFront(const ServerConfig& config, const http::App& app, AccessLog& log) {
  if (config.front == ServerFront::poco) return std::make_unique<PocoFront>(config, app, log);
  return std::make_unique<EventFront>(config, app, log);
}

}  // namespace larder::host
