// SPDX-License-Identifier: Apache-2.0
#include "session/cross_site.hpp"

namespace larder::http {
namespace {

bool isSafe(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

}  // namespace

bool isCrossSiteWrite(const Request& request) {
  if (isSafe(request.method)) return false;
  if (const auto site = request.headers.get("Sec-Fetch-Site"))
    return *site != "same-origin" && *site != "none";
  const auto origin = request.headers.get("Origin");
  if (!origin) return false;
  const auto scheme_ends = origin->find("://");  // not in "null", which then equals no host
  const auto host = request.headers.get("Host");
  return !host || scheme_ends == std::string_view::npos ||
         !equalsIgnoreCase(origin->substr(scheme_ends + 3), *host);
}

}  // namespace larder::http
