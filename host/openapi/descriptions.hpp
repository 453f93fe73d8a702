// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_OPENAPI_DESCRIPTIONS_HPP
#define LARDER_OPENAPI_DESCRIPTIONS_HPP

#include <string_view>
#include <vector>

#include "openapi/openapi.hpp"

namespace larder::host {

/// Returns the descriptions of the users endpoint and the host's own pages.
std::vector<OperationDescription> operationDescriptions();

/// Returns the Components Object with the schemas, parameters and responses that the descriptions refer to.
std::string_view describedComponents();

}  // namespace larder::host

#endif
