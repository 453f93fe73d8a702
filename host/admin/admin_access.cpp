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

// Takes the same time however much of the secret the guess contains.
bool equalInConstantTime(std::string_view guess, std::string_view secret) {
  unsigned difference = guess.size() == secret.size() ? 0u : 1u;
  for (std::size_t i = 0; i < guess.size(); ++i)
    difference |=
        static_cast<unsigned char>(guess[i]) ^ static_cast<unsigned char>(secret[i % secret.size()]);
  return difference == 0;
}

bool isHealth(const Request& request) { return request.path == "/healthz" || request.path == "/readyz"; }

bool isSafe(const Request& request) { return request.method == "GET" || request.method == "HEAD"; }

Response wrongOrigin() {
  return Response::problem(403, "wrong-origin", "Forbidden",
                           "Pages of other sites may not use the admin listener.");
}

// Links from anywhere are allowed; pictures and scripts that another site's page loads are not. Browsers
// distinguish the two for loopback addresses and over TLS.
bool isLoadedByAnotherSite(const Request& request) {
  return request.headers.get("Sec-Fetch-Site") == "cross-site" &&
         request.headers.get("Sec-Fetch-Mode") != "navigate";
}

// Browsers prompt for a password for Basic; programs use Bearer.
Response unauthorized() {
  auto response = Response::problem(401, "token-required", "Unauthorized",
                                    "Send the token of admin.token_file as Authorization: Bearer, or as the "
                                    "password of Authorization: Basic with any user name.");
  response.headers.set("WWW-Authenticate", "Basic realm=\"larder\", charset=\"UTF-8\", Bearer");
  return response;
}

int valueOfBase64(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Returns nullopt for invalid base64.
std::optional<std::string> decodedBase64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string decoded;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int value = valueOfBase64(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffffu;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += static_cast<char>(bits >> count & 0xffu);
  }
  return decoded;
}

// Returns the part of `authorization` after `scheme`; nullopt for another scheme.
std::optional<std::string_view> credentials(std::string_view authorization, std::string_view scheme) {
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ' ||
      !http::equalsIgnoreCase(authorization.substr(0, scheme.size()), scheme))
    return std::nullopt;
  return authorization.substr(scheme.size() + 1);
}

// Returns the token in the header, by either scheme; empty if there is none.
std::string tokenIn(std::string_view authorization) {
  if (const auto token = credentials(authorization, "Bearer")) return std::string(*token);
  const auto basic = credentials(authorization, "Basic");
  const auto pair = basic ? decodedBase64(*basic) : std::nullopt;
  const auto colon = pair ? pair->find(':') : std::string::npos;
  return colon == std::string::npos ? std::string() : pair->substr(colon + 1);
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
                             "Use localhost or 127.0.0.1; another host name needs admin.token_file.");
  if (const auto origin = request.headers.get("Origin"); origin && !http::isOriginOf(*origin, host))
    return wrongOrigin();
  if (isLoadedByAnotherSite(request)) return wrongOrigin();
  if (token_ && !isHealth(request) && !hasToken(request)) return unauthorized();
  if (!isSafe(request) && !request.hasContentType("application/json"))
    return Response::problem(415, "unsupported-media-type", "Unsupported Media Type",
                             "Send Content-Type: application/json.");
  return std::nullopt;
}

bool AdminAccess::hasToken(const Request& request) const {
  return equalInConstantTime(tokenIn(request.headers.get("Authorization").value_or("")), *token_);
}

}  // namespace larder::host
