// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_CHECK_OPTIONS_HPP
#define LARDER_CACHE_CHECK_OPTIONS_HPP

#include <larder/cache.hpp>

namespace larder {

/// Check options and requests. Throw std::invalid_argument that names the invalid member and the valid range.
void checkOptions(const CacheOptions& options);
void checkRequest(const CacheRequest& request);
void checkRequest(const BatchRequest& request);

}  // namespace larder

#endif
