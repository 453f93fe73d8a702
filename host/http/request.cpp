// SPDX-License-Identifier: Apache-2.0
#include <larder/http/request.hpp>

#include <algorithm>
#include <stdexcept>

#include "http/current_span.hpp"

namespace larder::http {
namespace {

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A malformed escape is kept as it was sent: a query is free text, unlike a path.
std::string decodeQueryPart(std::string_view text) {
  return percentDecode(text, true).value_or(std::string(text));
}

std::vector<std::pair<std::string, std::string>> parseQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    parameters.emplace_back(decodeQueryPart(part.substr(0, equals)), decodeQueryPart(value));
  }
  return parameters;
}

}  // namespace

std::optional<std::string> percentDecode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded += ' ';
      continue;
    }
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hexValue(text[i + 1]);
    const int low = hexValue(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

Request Request::of(std::string method, std::string target, std::string body) {
  Request request;
  request.method = std::move(method);
  request.setTarget(std::move(target));
  request.body = std::move(body);
  return request;
}

void Request::clear() {
  constexpr std::size_t kept = 1 << 10;  // bytes
  if (headers.capacity() > kept || target.capacity() + path.capacity() + body.capacity() > kept) {
    *this = Request();
    return;
  }
  method = "GET";
  target = path = "/";
  query.clear();
  headers.clear();
  body.clear();
  clientAddress.clear();
  secure = false;
  params.clear();
  boundSession.reset();
  boundExchange.reset();
  boundSpan.reset();
}

void Request::setTarget(std::string sent) {
  target = std::move(sent);
  const std::string_view whole = target;
  const auto question = whole.find('?');
  path = whole.substr(0, question);
  query.clear();
  if (question != std::string_view::npos) query = parseQuery(whole.substr(question + 1));
}

const std::string& Request::param(std::string_view name) const {
  const auto found = params.find(name);
  if (found == params.end())
    throw std::out_of_range("the route has no parameter {" + std::string(name) + "}");
  return found->second;
}

bool Request::hasContentType(std::string_view mediaType) const {
  const auto type = headers.get("Content-Type");
  if (!type) return false;
  const auto name = type->substr(0, type->find(';'));
  const auto last = name.find_last_not_of(" \t");
  return equalsIgnoreCase(name.substr(0, last == std::string_view::npos ? 0 : last + 1), mediaType);
}

RequestSession& Request::session() const {
  if (!boundSession)
    throw std::logic_error("sessions are not enabled: call App::useSessions before the first request");
  return *boundSession;
}

std::optional<TraceContext> Request::traceContext() const {
  return boundSpan && boundSpan->context ? boundSpan->context : traceContextIn(headers);
}

std::optional<std::string_view> Request::queryParam(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

}  // namespace larder::http
