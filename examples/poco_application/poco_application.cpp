// SPDX-License-Identifier: Apache-2.0
//
// An application with Poco's HTTP server, and a cache in front of its handlers.
#include <larder/backend.hpp>
#include <larder/cache.hpp>
#include <larder/plugin_library.hpp>

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timespan.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>

#include <larder/http/cached_handler_factory.hpp>

using namespace std::chrono_literals;
using namespace Poco::Net;

namespace {

// ---- The application before Larder ----

class Articles {
 public:
  std::string query() {
    const std::lock_guard lock(mutex_);
    ++queries_;
    return text_;
  }
  void save(std::string text) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
  }
  int queries() {
    const std::lock_guard lock(mutex_);
    return queries_;
  }

 private:
  std::mutex mutex_;
  std::string text_ = "First draft";
  int queries_ = 0;
};

class ArticleHandler final : public HTTPRequestHandler {
 public:
  explicit ArticleHandler(Articles& articles) : articles_(articles) {}

  void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
    response.setContentType("text/plain");
    if (request.getMethod() == HTTPRequest::HTTP_PUT) {
      std::string text;
      Poco::StreamCopier::copyToString(request.stream(), text);
      articles_.save(text);
      response.send() << "saved";
      return;
    }
    const auto id = request.getURI().substr(request.getURI().rfind('/') + 1);
    response.send() << "Article " << id << ": " << articles_.query();
  }

 private:
  Articles& articles_;
};

class AboutHandler final : public HTTPRequestHandler {
  void handleRequest(HTTPServerRequest&, HTTPServerResponse& response) override {
    response.send() << "Written with Poco";
  }
};

class Factory final : public HTTPRequestHandlerFactory {
 public:
  explicit Factory(Articles& articles) : articles_(articles) {}
  HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& request) override {
    if (request.getURI().starts_with("/articles/")) return new ArticleHandler(articles_);
    return new AboutHandler;
  }

 private:
  Articles& articles_;
};

// ---- A client ----

void ask(const ServerSocket& server, const std::string& method, const std::string& path,
         const std::string& body = {}) {
  HTTPClientSession session(server.address());
  HTTPRequest request(method, path, HTTPMessage::HTTP_1_1);
  request.setContentLength64(static_cast<Poco::Int64>(body.size()));
  session.sendRequest(request) << body;
  HTTPResponse response;
  std::string answer;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), answer);
  std::cout << method << ' ' << path << ": " << response.getStatus() << ' ' << answer << '\n';
  // The remaining freshness time differs from run to run, so it is not printed.
  const auto status = response.get("Cache-Status", "");
  if (!status.empty()) std::cout << "  " << status.substr(0, status.find("; ttl=")) << '\n';
}

void run(const char* plugin) {
  Articles articles;
  larder::HostServices services;
  const std::shared_ptr<larder::Backend> backend =
      larder::Backend::open(larder::PluginLibrary::load(plugin), "responses", {}, services);
  larder::Cache engine(backend, {.prefix = "magazine"});

  // New: the server used to get the application's own factory.
  auto factory = std::make_unique<larder::http::CachedHandlerFactory>(engine, new Factory(articles));
  factory->get("/articles/{id}", larder::cache(30s).tag("article:{id}"));
  factory->put("/articles/{id}", larder::invalidates("article:{id}"));

  ServerSocket socket(SocketAddress("127.0.0.1", 0));
  Poco::ThreadPool threads;
  HTTPServerParams::Ptr parameters = new HTTPServerParams;
  parameters->setThreadIdleTime(
      200 * Poco::Timespan::MILLISECONDS);  // how long an idle thread takes to notice the shutdown
  HTTPServer server(factory.release(), threads, socket, parameters);
  server.start();
  ask(socket, "GET", "/articles/7");
  ask(socket, "GET", "/articles/7");
  ask(socket, "PUT", "/articles/7", "Second draft");
  ask(socket, "GET", "/articles/7");
  ask(socket, "GET", "/about");
  server.stopAll(true);
  threads.joinAll();  // before the objects that handlers use are destroyed
  std::cout << "queries: " << articles.queries() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: poco_application /path/of/plugin.so\n";
    return EXIT_FAILURE;
  }
  try {
    run(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "poco_application: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
