// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CROSS_SITE_HPP
#define LARDER_HTTP_CROSS_SITE_HPP

#include <string_view>

#include <larder/http/request.hpp>

namespace larder::http {

/// Returns whether `origin`, a value of the Origin field, is the site whose requests carry Host: `host`.
/// "null", which hides the origin of a page, belongs to no site.
bool isOriginOf(std::string_view origin, std::string_view host);

/// Returns whether a page of another origin made the browser send this write, according to Sec-Fetch-Site or,
/// where that is missing, Origin. A client that sends neither is not a browser and carries no visitor's
/// cookies.
bool isCrossSiteWrite(const Request& request);

}  // namespace larder::http

#endif
