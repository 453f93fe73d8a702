// SPDX-License-Identifier: Apache-2.0
#include <larder/http/cross_site.hpp>

namespace larder::http {
namespace {

bool isSafe(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

}  // namespace

bool isOriginOf(std::string_view origin, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (origin.starts_with(scheme) && equalsIgnoreCase(origin.substr(scheme.size()), host)) return true;
  return false;
}

bool isCrossSiteWrite(const Request& request) {
  if (isSafe(request.method)) return false;
  if (const auto site = request.headers.get("Sec-Fetch-Site"))
    return *site != "same-origin" && *site != "none";
  const auto origin = request.headers.get("Origin");
  if (!origin) return false;
  const auto host = request.headers.get("Host");
  if (request.secure && origin->starts_with("http://")) return true;
  return !host || !isOriginOf(*origin, *host);
}

}  // namespace larder::http
