// SPDX-License-Identifier: Apache-2.0
#include "responses/http_front.hpp"

#include <larder/worker_pool.hpp>

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <larder/http/event_server.hpp>
#include <larder/http/poco_server.hpp>

namespace larder::http {

class HttpFront::Server {
 public:
  Server(const App& app, Way way) {
    if (way == Way::pocoServer) {
      poco_.emplace([&app](Request request) { return app.handle(std::move(request)); },
                    ServerOptions{.address = "127.0.0.1:0", .workers = 2});
    } else {
      event_.emplace(
          [this, &app](Request&& request, Responder& responder) {
            app.handle(std::move(request), workers_, responder);
          },
          EventServerOptions{.address = "127.0.0.1:0", .loops = 1});
    }
    client_.emplace("127.0.0.1", poco_ ? poco_->port() : event_->port());
    client_->setKeepAlive(true);
  }

  Response ask(const Request& request) {
    Poco::Net::HTTPRequest asked(request.method, request.target, Poco::Net::HTTPRequest::HTTP_1_1);
    for (const auto& [name, value] : request.headers) asked.add(std::string(name), std::string(value));
    client_->sendRequest(asked);
    Poco::Net::HTTPResponse got;
    Response response;
    Poco::StreamCopier::copyToString(client_->receiveResponse(got), response.body);
    response.status = static_cast<int>(got.getStatus());
    for (const auto& [name, value] : got) response.headers.add(name, value);
    return response;
  }

 private:
  WorkerPool workers_{"rules", 2, 16};
  std::optional<EventServer> event_;
  std::optional<PocoServer> poco_;
  std::optional<Poco::Net::HTTPClientSession> client_;
};

HttpFront::HttpFront(const App& app, Way way)
    : app_(app), server_(way == Way::call ? nullptr : std::make_unique<Server>(app, way)) {}

HttpFront::~HttpFront() = default;

Response HttpFront::ask(const Request& request) {
  return server_ != nullptr ? server_->ask(request) : app_.handle(request);
}

}  // namespace larder::http
