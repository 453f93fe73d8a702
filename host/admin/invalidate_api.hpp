// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_INVALIDATE_API_HPP
#define LARDER_ADMIN_INVALIDATE_API_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "admin/admin_api.hpp"

namespace larder::host {

/// POST /api/invalidate: invalidates by tag, route, namespace, key, or request.
http::Response invalidate(const AdminParts& parts, const http::Request& request);

}  // namespace larder::host

#endif
