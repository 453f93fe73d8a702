// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SESSION_CROSS_SITE_HPP
#define LARDER_SESSION_CROSS_SITE_HPP

#include "http/request.hpp"

namespace larder::http {

/// Whether a page of another origin made the browser send this write: its Sec-Fetch-Site or, where that is
/// missing, its Origin says so. A client that sends neither is no browser and carries no visitor's cookies.
bool isCrossSiteWrite(const Request& request);

}  // namespace larder::http

#endif
