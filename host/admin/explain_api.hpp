// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_EXPLAIN_API_HPP
#define LARDER_ADMIN_EXPLAIN_API_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "admin/admin_api.hpp"

namespace larder::host {

/// GET and POST /api/explain: returns what would happen to the described request, and why.
http::Response explainRequest(const AdminParts& parts, const http::Request& request);

/// GET /api/entry: returns the entry stored for the request, with `body=true` including the response; 404 if
/// there is none.
http::Response showEntry(const AdminParts& parts, const http::Request& request);

}  // namespace larder::host

#endif
