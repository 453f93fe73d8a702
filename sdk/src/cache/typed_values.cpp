// SPDX-License-Identifier: Apache-2.0
#include <larder/typed_values.hpp>

#include <stdexcept>

namespace larder::detail {

void checkForValues(const std::string& whose, const CachePolicy& policy) {
  if (policy.isForResponses())
    throw std::invalid_argument(whose +
                                ": varyByQuery, varyByHeader, statuses, expireFor, clientMaxAge and "
                                "honourClient are for endpoints; here the key says which value");
  for (const auto& tag : policy.tags())
    if (tag.find('{') != std::string::npos)
      throw std::invalid_argument(whose + ": tag \"" + tag + "\" has a placeholder; those are for endpoints");
}

}  // namespace larder::detail
