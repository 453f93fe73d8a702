// SPDX-License-Identifier: Apache-2.0
#include <larder/http/response.hpp>

#include <array>
#include <utility>

#include "http/stored_form.hpp"

namespace larder::http {
namespace {

constexpr std::string_view kUnknownPhrase = "Unknown";

// A problem's body is small and its texts are ours, so this subset of JSON is sufficient.
std::string jsonString(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20) {
      quoted += "\\u00";
      quoted += hex[byte >> 4];
      quoted += hex[byte & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace

std::string_view Response::content() const { return stored ? stored->body : std::string_view(body); }

std::optional<std::string_view> Response::field(std::string_view name) const {
  if (const auto own = headers.get(name)) return own;
  return stored ? stored->header(name) : std::nullopt;
}

Response Response::inFull() && {
  if (!stored) return std::move(*this);
  Response full{status, {}, std::string(stored->body), std::move(caching)};
  auto rest = stored->headerBlock;
  while (const auto field = takeField(rest)) full.headers.add(field->name, field->value);
  for (const auto& [name, value] : headers) full.headers.add(name, value);
  full.outcome = outcome;
  return full;
}

std::string_view toString(CacheOutcome outcome) {
  constexpr std::array<std::string_view, kCacheOutcomes> names{"none", "hit",       "stale",
                                                               "miss", "collapsed", "bypass"};
  return names[static_cast<std::size_t>(outcome)];
}

Response Response::json(std::string body, int status) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

Response Response::text(std::string body, int status) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

Response Response::noContent() { return {204, {}, {}}; }

Response Response::problem(int status, std::string_view type, std::string_view title,
                           std::string_view detail) {
  std::string body = "{\"type\":" + jsonString("/problems/" + std::string(type)) +
                     ",\"title\":" + jsonString(title) + ",\"status\":" + std::to_string(status);
  if (!detail.empty()) body += ",\"detail\":" + jsonString(detail);
  return {status, {{"Content-Type", "application/problem+json"}}, body + "}\n"};
}

Response Response::unavailable(std::string_view type, std::string_view title, std::string_view detail) {
  auto response = problem(503, type, title, detail);
  response.headers.set("Retry-After", "1");
  return response;
}

std::string_view reasonPhrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 203: return "Non-Authoritative Information";
    case 204: return "No Content";
    case 205: return "Reset Content";
    case 206: return "Partial Content";
    case 300: return "Multiple Choices";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 451: return "Unavailable For Legal Reasons";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return kUnknownPhrase;
  }
}

bool isKnownStatus(int status) { return reasonPhrase(status) != kUnknownPhrase; }

}  // namespace larder::http
