// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_ENTRIES_API_HPP
#define LARDER_ADMIN_ENTRIES_API_HPP

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "admin/admin_api.hpp"

namespace larder::host {

/// GET /api/entries?namespace=NAME&limit=N&cursor=C: a page of about N keys that the backend has in a
/// namespace, with size and time to live where it tells them. 501 if it cannot list its keys. Asks the
/// backend, and waits for two seconds at most.
http::Response listEntries(const AdminParts& parts, const http::Request& request);

}  // namespace larder::host

#endif
