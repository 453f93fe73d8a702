// SPDX-License-Identifier: Apache-2.0
//
// The baseline for the host's HTTP server: Poco's HTTPServer with default settings, which answers every
// request with the bytes of a file, from memory.
//
//     larder_bench_poco PORT FILE
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/ThreadPool.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

constexpr int kThreads = 128;  // one per connection; with fewer, some connections would never be served

std::string readFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::string(path) + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

class Handler final : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(const std::string& body) : body_(body) {}

  void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
    response.setContentType("application/json");
    response.sendBuffer(body_.data(), body_.size());
  }

 private:
  const std::string& body_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(std::string body) : body_(std::move(body)) {}

  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Handler(body_);
  }

 private:
  const std::string body_;
};

void serve(const char* port, const char* file) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);  // the server's threads inherit the mask

  auto* parameters = new Poco::Net::HTTPServerParams;  // the server owns it
  parameters->setMaxThreads(kThreads);
  Poco::ThreadPool threads(1, kThreads);
  const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress(std::string("127.0.0.1:") + port));
  Poco::Net::HTTPServer server(new Factory(readFile(file)), threads, socket, parameters);
  server.start();

  int signal = 0;
  sigwait(&stops, &signal);
  server.stopAll(true);
  threads.joinAll();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: larder_bench_poco PORT FILE\n");
    return 2;
  }
  try {
    serve(argv[1], argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "larder_bench_poco: %s\n", error.what());
    return 1;
  }
}
