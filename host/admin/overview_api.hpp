// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_OVERVIEW_API_HPP
#define LARDER_ADMIN_OVERVIEW_API_HPP

#include <larder/http/response.hpp>
#include "admin/admin_api.hpp"

namespace larder::host {

/// GET /api/overview: what the cache and each route have done since the start, and how long requests took
/// with and without the cache. Waits for nothing.
http::Response showOverview(const AdminParts& parts);

}  // namespace larder::host

#endif
