// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CROSS_SITE_HPP
#define LARDER_HTTP_CROSS_SITE_HPP

#include <string_view>

#include <larder/http/request.hpp>

namespace larder::http {

/// Whether `origin`, as the field of that name has it, is of the site whose requests say Host: `host`.
/// "null", which hides where a page is from, is of none.
bool isOriginOf(std::string_view origin, std::string_view host);

/// Whether a page of another origin made the browser send this write: its Sec-Fetch-Site or, where that is
/// missing, its Origin says so. A client that sends neither is no browser and carries no visitor's cookies.
bool isCrossSiteWrite(const Request& request);

}  // namespace larder::http

#endif
