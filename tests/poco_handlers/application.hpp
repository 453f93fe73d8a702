// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_POCO_HANDLERS_APPLICATION_HPP
#define LARDER_TESTS_POCO_HANDLERS_APPLICATION_HPP

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <larder/http/cached_handler_factory.hpp>
#include "conformance/manual_clock.hpp"

namespace larder::poco_handlers {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;
using Answer = std::function<void(HTTPServerRequest&, HTTPServerResponse&)>;

/// The Cache-Status of a response that the cache has just stored, and of the next one.
inline constexpr const char* kStored = "larder; fwd=uri-miss; stored";
inline constexpr const char* kHit = "larder; hit; ttl=30";

/// A Poco application without any knowledge of Larder: its responses by path.
class Application final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  Application();
  ~Application() override;

  Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& request) override;

  std::map<std::string, Answer> answers;  ///< must not change while there are requests
  std::atomic<int> runs{0};               ///< of all handlers
  std::atomic<bool> stopped{false};

 private:
  void onStop(const bool& abort);
};

/// A received response.
struct Got {
  int status = 0;
  std::multimap<std::string, std::string> fields;
  std::string body;

  std::string field(const std::string& name) const;
  std::string cacheStatus() const { return field("Cache-Status"); }
};

/// The application with the cache in front of it, and clients.
class PocoApplication : public ::testing::Test {
 protected:
  PocoApplication();
  ~PocoApplication() override;

  /// Starts the server; no routes may be added afterwards.
  void serve() { serveWith(routes_.release()); }
  void serveWith(Poco::Net::HTTPRequestHandlerFactory* factory);
  /// No connections are open.
  void stop();
  using Fields = std::vector<std::pair<std::string, std::string>>;
  Got ask(const std::string& target, const Fields& fields = {}, const std::string& method = "GET",
          const std::string& body = {}) const;
  Got get(const std::string& target, const Fields& fields = {}) const { return ask(target, fields); }
  /// Sends raw bytes and returns everything received.
  std::string exchange(const std::string& bytes) const;
  std::uint16_t port() const { return socket_.address().port(); }

  conformance::ManualServices services_;
  Cache cache_;
  Application* application_ = new Application;  // owned by the factory
  std::unique_ptr<http::CachedHandlerFactory> routes_;

 private:
  Poco::Net::ServerSocket socket_;
  Poco::ThreadPool threads_{1, 32};
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

/// Returns an answer with that text, as most handlers give.
Answer text(std::string body);

}  // namespace larder::poco_handlers

#endif
