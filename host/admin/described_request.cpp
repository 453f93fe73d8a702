// SPDX-License-Identifier: Apache-2.0
#include "admin/described_request.hpp"

#include <stdexcept>
#include <string_view>
#include <utility>

namespace larder::host {
namespace {

using Json = nlohmann::ordered_json;
using http::Request;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

const std::string& textOf(const Json& value, const std::string& name) {
  if (!value.is_string()) refuse(name + " is not a string.");
  return value.get_ref<const std::string&>();
}

struct SplitUrl {
  std::string_view host;    // empty if the url has none
  std::string_view target;  // path and query
};

SplitUrl split(std::string_view url) {
  url = url.substr(0, url.find('#'));  // clients do not send fragments
  if (url.starts_with('/')) return {{}, url};
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    url.remove_prefix(scheme.size());
    const auto path = std::min(url.find_first_of("/?"), url.size());
    const auto host = url.substr(0, path);
    if (host.empty() || host.find('@') != std::string_view::npos) break;
    return {host, path == url.size() ? std::string_view("/") : url.substr(path)};
  }
  refuse("url is neither a path, like /users?limit=5, nor http://HOST/PATH.");
}

Request requestFor(std::string_view url, std::string method, const std::string& host) {
  const auto [own_host, target] = split(url);
  if (target.front() == '?') refuse("url has a query but no path.");
  if (method.empty()) refuse("method is empty.");
  auto request = Request::of(std::move(method), std::string(target));
  request.secure = url.starts_with("https://");
  request.headers.set("Host", own_host.empty() ? std::string_view(host) : own_host);
  return request;
}

// A Host header takes precedence over the url's host, as with curl.
void addHeader(Request& request, const std::string& name, const std::string& value) {
  if (http::equalsIgnoreCase(name, "Host"))
    request.headers.set("Host", value);
  else
    request.headers.add(name, value);
}

void addHeaders(Request& request, const Json& headers) {
  if (!headers.is_object()) refuse("headers is not an object.");
  for (const auto& [name, value] : headers.items()) {
    if (value.is_array())
      for (const auto& each : value) addHeader(request, name, textOf(each, "a value of header " + name));
    else
      addHeader(request, name, textOf(value, "the value of header " + name));
  }
}

void addHeaderLine(Request& request, std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) refuse("header is not written as Name: value.");
  auto value = line.substr(colon + 1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  addHeader(request, std::string(line.substr(0, colon)), std::string(value));
}

// Names the host as clients would. Clients of a proxy leave out the port; nginx asks a Unix socket for
// localhost unless configured otherwise.
std::string hostOf(const ServerConfig& server) {
  const bool has_port = !server.address.starts_with("unix:") && !server.address.starts_with("systemd");
  if (server.origin.hosts.empty()) return has_port ? server.address : "localhost";
  const bool direct = has_port && server.origin.trustedProxies.empty();
  return server.origin.hosts.front() + (direct ? server.address.substr(server.address.rfind(':')) : "");
}

// The key of a response contains the canonical host name.
Request asServed(Request request, const ServerConfig& server) {
  http::RequestOrigin({.hosts = server.origin.hosts}).settle(request);
  return request;
}

}  // namespace

Request describedRequest(const Json& description, const ServerConfig& server) {
  std::string url;
  std::string method = "GET";
  Json headers = Json::object();
  for (const auto& [name, value] : description.items()) {
    if (name == "url")
      url = textOf(value, name);
    else if (name == "method")
      method = textOf(value, name);
    else if (name == "headers")
      headers = value;
    else
      refuse("Unknown member " + name + "; use url, method and headers.");
  }
  auto request = requestFor(url, std::move(method), hostOf(server));
  addHeaders(request, headers);
  return asServed(std::move(request), server);
}

Request describedRequest(const Request& query, const ServerConfig& server) {
  auto request = requestFor(query.queryParam("url").value_or(""),
                            std::string(query.queryParam("method").value_or("GET")), hostOf(server));
  for (const auto& [name, value] : query.query)
    if (name == "header") addHeaderLine(request, value);
  return asServed(std::move(request), server);
}

}  // namespace larder::host
