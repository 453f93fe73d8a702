// SPDX-License-Identifier: Apache-2.0
#include "application.hpp"

#include <Poco/Delegate.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

#include <utility>

#include "servers/loopback.hpp"
#include "unit/open_backend.hpp"

namespace larder::poco_handlers {
namespace {

class AnsweringHandler final : public Poco::Net::HTTPRequestHandler {
 public:
  AnsweringHandler(const Answer& answer, std::atomic<int>& runs) : answer_(answer), runs_(runs) {}
  void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
    ++runs_;
    answer_(request, response);
  }

 private:
  const Answer& answer_;
  std::atomic<int>& runs_;
};

Poco::Net::HTTPServerParams* parameters() {
  auto* parameters = new Poco::Net::HTTPServerParams;
  parameters->setMaxThreads(32);
  // A thread that closes a connection while Poco stops may miss the stop, and then waits this long for
  // another connection.
  parameters->setThreadIdleTime(Poco::Timespan(0, 200'000));
  return parameters;
}

}  // namespace

Application::Application() { serverStopped += Poco::delegate(this, &Application::onStop); }
Application::~Application() { serverStopped -= Poco::delegate(this, &Application::onStop); }

Poco::Net::HTTPRequestHandler* Application::createRequestHandler(const HTTPServerRequest& request) {
  const auto found = answers.find(Poco::URI(request.getURI()).getPath());
  return found == answers.end() ? nullptr : new AnsweringHandler(found->second, runs);
}

void Application::onStop(const bool& /*abort*/) { stopped = true; }

std::string Got::field(const std::string& name) const {
  std::string joined;
  for (auto [at, end] = fields.equal_range(name); at != end; ++at)
    joined += (joined.empty() ? "" : ", ") + at->second;
  return joined;
}

PocoApplication::PocoApplication()
    : cache_(openBackend(LARDER_LRU_PLUGIN, services_), {}),
      routes_(std::make_unique<http::CachedHandlerFactory>(cache_, application_)),
      socket_(Poco::Net::SocketAddress("127.0.0.1", 0)) {}

PocoApplication::~PocoApplication() {
  if (server_) stop();
}

void PocoApplication::serveWith(Poco::Net::HTTPRequestHandlerFactory* factory) {
  server_ = std::make_unique<Poco::Net::HTTPServer>(factory, threads_, socket_, parameters());
  server_->start();
}

void PocoApplication::stop() {
  server_->stopAll(true);
  threads_.joinAll();
}

Got PocoApplication::ask(const std::string& target, const Fields& fields, const std::string& method,
                         const std::string& body) const {
  Poco::Net::HTTPClientSession session(socket_.address());
  Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
  for (const auto& [name, value] : fields) request.add(name, value);
  if (!body.empty()) request.setContentLength64(static_cast<Poco::Int64>(body.size()));
  session.sendRequest(request) << body;

  Poco::Net::HTTPResponse response;
  Got got;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), got.body);
  got.status = response.getStatus();
  for (const auto& [name, value] : response) got.fields.emplace(name, value);
  return got;
}

std::string PocoApplication::exchange(const std::string& bytes) const {
  return servers::exchange(port(), bytes, std::chrono::seconds(10));
}

Answer text(std::string body) {
  return [body = std::move(body)](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setContentType("text/plain");
    response.send() << body;
  };
}

}  // namespace larder::poco_handlers
