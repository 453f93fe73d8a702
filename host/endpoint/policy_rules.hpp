// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENDPOINT_POLICY_RULES_HPP
#define LARDER_ENDPOINT_POLICY_RULES_HPP

#include <larder/policy.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace larder::http {

/// One thing that a policy says, named as what sets it: {"expire", "30s"}, {"tag", "users, user:{id}"}.
struct PolicyRule {
  std::string_view name;
  std::string value;  ///< for people; a rule that is either on or off has "on"
};

/// Everything that a policy says, its time to live first. What is off is left out.
std::vector<PolicyRule> rulesOf(const CachePolicy& policy);

}  // namespace larder::http

#endif
