// SPDX-License-Identifier: Apache-2.0
#include "admin/admin_access.hpp"

#include <algorithm>
#include <cstddef>

#include <larder/http/cross_site.hpp>

namespace larder::host {
namespace {

using http::Request;
using http::Response;

std::string_view withoutPort(std::string_view address) {
  const auto colon = address.rfind(':');
  const bool within_v6 =
      colon != std::string_view::npos && address.find(']', colon) != std::string_view::npos;
  return colon == std::string_view::npos || within_v6 ? address : address.substr(0, colon);
}

// Takes as long whatever the guess has in common with the secret.
bool equalInConstantTime(std::string_view guess, std::string_view secret) {
  unsigned difference = guess.size() == secret.size() ? 0u : 1u;
  for (std::size_t i = 0; i < guess.size(); ++i)
    difference |=
        static_cast<unsigned char>(guess[i]) ^ static_cast<unsigned char>(secret[i % secret.size()]);
  return difference == 0;
}

bool isHealth(const Request& request) { return request.path == "/healthz" || request.path == "/readyz"; }

bool isSafe(const Request& request) { return request.method == "GET" || request.method == "HEAD"; }

Response unauthorized() {
  auto response = Response::problem(401, "token-required", "Unauthorized",
                                    "Send the token of admin.token_file as Authorization: Bearer.");
  response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

bool isLoopback(std::string_view address) {
  const auto host = withoutPort(address);
  if (http::equalsIgnoreCase(host, "localhost") || host == "[::1]") return true;
  return host.starts_with("127.") &&
         std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

std::optional<Response> AdminAccess::refusal(const Request& request) const {
  const auto host = request.headers.get("Host").value_or("");
  if (!token_ && !isLoopback(host))
    return Response::problem(403, "wrong-host", "Forbidden",
                             "Ask for localhost or 127.0.0.1; another name needs admin.token_file.");
  if (const auto origin = request.headers.get("Origin"); origin && !http::isOriginOf(*origin, host))
    return Response::problem(403, "wrong-origin", "Forbidden", "Pages of other sites may not use this.");
  if (token_ && !isHealth(request) && !hasToken(request)) return unauthorized();
  if (!isSafe(request) && !request.hasContentType("application/json"))
    return Response::problem(415, "unsupported-media-type", "Unsupported Media Type",
                             "Send Content-Type: application/json.");
  return std::nullopt;
}

bool AdminAccess::hasToken(const Request& request) const {
  constexpr std::string_view scheme = "Bearer ";
  const auto given = request.headers.get("Authorization").value_or("");
  return given.size() > scheme.size() && http::equalsIgnoreCase(given.substr(0, scheme.size()), scheme) &&
         equalInConstantTime(given.substr(scheme.size()), *token_);
}

}  // namespace larder::host
