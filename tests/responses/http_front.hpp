// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSES_HTTP_FRONT_HPP
#define LARDER_RESPONSES_HTTP_FRONT_HPP

#include <memory>

#include <larder/http/app.hpp>

namespace larder::http {

/// The way in which requests reach an App.
enum class Way { call, eventServer, pocoServer };

/// An App behind one of the servers, or called directly. The App must outlive this object.
class HttpFront {
 public:
  HttpFront(const App& app, Way way);
  ~HttpFront();
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;

  /// Sends the request and waits for the response.
  Response ask(const Request& request);

 private:
  class Server;

  const App& app_;
  std::unique_ptr<Server> server_;  // null: the App is called directly
};

}  // namespace larder::http

#endif
