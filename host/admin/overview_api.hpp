// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_OVERVIEW_API_HPP
#define LARDER_ADMIN_OVERVIEW_API_HPP

#include <larder/http/response.hpp>
#include "admin/admin_api.hpp"

namespace larder::host {

/// GET /api/overview: returns the counts of the cache and of each route since the start, and the response
/// times with and without the cache. Does not block.
http::Response showOverview(const AdminParts& parts);

}  // namespace larder::host

#endif
