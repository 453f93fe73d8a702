// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_REQUEST_HPP
#define LARDER_HTTP_REQUEST_HPP

#include <larder/http/headers.hpp>
#include <larder/http/trace_context.hpp>

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
struct CurrentSpan;

/// Decodes %XX, and '+' as a space if `plus_is_space`. Returns nullopt if an escape is malformed.
std::optional<std::string> percentDecode(std::string_view text, bool plus_is_space = false);

/// One HTTP request as a value, independent of the server that received it.
struct Request {
  std::string method = "GET";
  std::string target = "/";  ///< as sent: path and query
  std::string path = "/";    ///< the target's path, still encoded
  /// The decoded query parameters, in order. "a" and "a=" are both {"a", ""}.
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  std::string body;
  /// The client's IP address without a port, "192.0.2.1" or "2001:db8::1"; empty over a Unix socket. Behind
  /// trusted proxies (request_origin.hpp), the address that they report.
  std::string clientAddress;
  bool secure = false;  ///< the client used TLS, according to a trusted proxy or the server itself
  /// The route's `{name}` parameters, decoded; set by the router.
  std::map<std::string, std::string, std::less<>> params;

  /// The visitor's session; set by an App that has sessions, and used by session().
  std::shared_ptr<RequestSession> boundSession;
  /// Set by a CachedHandlerFactory, whose handlers are Poco's.
  std::shared_ptr<PocoExchange> boundExchange;
  /// Set by an App that traces this request, and used by traceContext().
  std::shared_ptr<const CurrentSpan> boundSpan;

  /// Returns a request with that method and target; path and query come from the target.
  static Request of(std::string method, std::string target, std::string body = {});

  /// Resets it to a new request, but keeps a little memory for the next one.
  void clear();

  /// Sets the target, and path and query from it.
  void setTarget(std::string sent);

  /// Returns a path parameter. Throws std::out_of_range if the route has none of that name.
  const std::string& param(std::string_view name) const;
  /// Returns the first query parameter of that name.
  std::optional<std::string_view> queryParam(std::string_view name) const;
  /// Returns whether Content-Type is that media type, ignoring case and parameters.
  bool hasContentType(std::string_view mediaType) const;
  /// Returns the visitor's session (http/request_session.hpp). Throws std::logic_error if the App has no
  /// sessions.
  RequestSession& session() const;
  /// Returns the trace context to pass on to services that a handler calls. If the request is traced, they
  /// become children of the handler's span; otherwise it is the context that the client sent. Returns nullopt
  /// if there is neither.
  std::optional<TraceContext> traceContext() const;
};

}  // namespace larder::http

#endif
