// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENDPOINT_POLICY_RULES_HPP
#define LARDER_ENDPOINT_POLICY_RULES_HPP

#include <larder/policy.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace larder::http {

/// One rule of a policy, named after the call that sets it: {"expire", "30s"}, {"tag", "users, user:{id}"}.
struct PolicyRule {
  std::string_view name;
  std::string value;  ///< for display; a rule that is only on or off has "on"
};

/// Returns every rule that is on, the time to live first.
std::vector<PolicyRule> rulesOf(const CachePolicy& policy);

}  // namespace larder::http

#endif
