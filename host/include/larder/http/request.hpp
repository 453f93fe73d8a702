// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_REQUEST_HPP
#define LARDER_HTTP_REQUEST_HPP

#include <larder/http/headers.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::http {

class PocoExchange;
class RequestSession;

/// Decodes %XX (and '+' as a space if `plus_is_space`); nullopt where the escapes are malformed.
std::optional<std::string> percentDecode(std::string_view text, bool plus_is_space = false);

/// One HTTP request as a value: what a handler sees, whatever server it came through.
struct Request {
  std::string method = "GET";
  std::string target = "/";  ///< as sent: path and query
  std::string path = "/";    ///< the target's path, still encoded
  /// The query's parameters, decoded, in their order. "a" and "a=" are both {"a", ""}.
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  std::string body;
  /// The client's IP address, "192.0.2.1" or "2001:db8::1", without its port; empty over a Unix socket.
  /// Behind trusted proxies (request_origin.hpp) the one that they name.
  std::string clientAddress;
  bool secure = false;  ///< the client asked over TLS, as a trusted proxy says, or the server itself
  /// The route's `{name}` parameters, decoded; set by the router.
  std::map<std::string, std::string, std::less<>> params;

  /// The visitor's; set by an App that has sessions, and used by session().
  std::shared_ptr<RequestSession> boundSession;
  /// Set by a CachedHandlerFactory, whose handlers are Poco's.
  std::shared_ptr<PocoExchange> boundExchange;

  /// A request of that method and target, with path and query taken from it.
  static Request of(std::string method, std::string target, std::string body = {});

  /// As a new one, but keeps a little memory for the next.
  void clear();

  /// Takes path and query from it.
  void setTarget(std::string sent);

  /// A path parameter; throws std::out_of_range if the route has none of that name.
  const std::string& param(std::string_view name) const;
  /// The first query parameter of that name.
  std::optional<std::string_view> queryParam(std::string_view name) const;
  /// Whether Content-Type names that media type, whatever its case and parameters.
  bool hasContentType(std::string_view mediaType) const;
  /// The visitor's session (session/request_session.hpp). Throws std::logic_error if the App has no sessions.
  RequestSession& session() const;
};

}  // namespace larder::http

#endif
