// SPDX-License-Identifier: Apache-2.0
#include "capabilities.hpp"

namespace larder::conformance {

std::string missingOf(std::uint64_t wanted, std::uint64_t declared) {
  std::string names;
  for (const auto& [bit, name] : kCapabilities) {
    if ((wanted & bit) == 0 || (declared & bit) != 0) continue;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

}  // namespace larder::conformance
