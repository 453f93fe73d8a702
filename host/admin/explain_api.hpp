// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_EXPLAIN_API_HPP
#define LARDER_ADMIN_EXPLAIN_API_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "admin/admin_api.hpp"

namespace larder::host {

/// GET and POST /api/explain: what would become of a request that is described, and why.
http::Response explainRequest(const AdminParts& parts, const http::Request& request);

/// GET /api/entry: what is stored for it; 404 if nothing is. With `body=true` the stored response, too.
http::Response showEntry(const AdminParts& parts, const http::Request& request);

}  // namespace larder::host

#endif
