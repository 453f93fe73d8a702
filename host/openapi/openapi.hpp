// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_OPENAPI_OPENAPI_HPP
#define LARDER_OPENAPI_OPENAPI_HPP

#include <string>
#include <string_view>
#include <vector>

#include <larder/http/router.hpp>

namespace larder::host {

/// The description of a route beyond its method and path.
struct OperationDescription {
  std::string_view route;      ///< "GET /users/{id}"
  std::string_view operation;  ///< an Operation Object of OpenAPI 3.0, JSON
};

/// Returns the OpenAPI 3.0 document of the routes, as JSON. It lists each route with its description or,
/// without one, with the parameters of its path. `components` is the Components Object that descriptions
/// refer to. Throws std::invalid_argument if a description is not JSON or its route does not exist.
std::string openApiDocument(const http::Router& router, const std::vector<OperationDescription>& descriptions,
                            std::string_view components);

}  // namespace larder::host

#endif
