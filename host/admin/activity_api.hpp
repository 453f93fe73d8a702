// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ACTIVITY_API_HPP
#define LARDER_ADMIN_ACTIVITY_API_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "admin/admin_api.hpp"

namespace larder::host {

/// GET /api/invalidations?limit=N: the latest invalidations, the newest first. Waits for nothing.
http::Response showInvalidations(const AdminParts& parts, const http::Request& request);

/// GET /api/hot-keys?limit=N: the keys that most requests ask for. Waits for nothing.
http::Response showHotKeys(const AdminParts& parts, const http::Request& request);

/// GET /api/requests?since=N&limit=M: the requests to the main listener from number N on. Begins to watch
/// them. Waits for nothing.
http::Response showRequests(const AdminParts& parts, const http::Request& request);

}  // namespace larder::host

#endif
