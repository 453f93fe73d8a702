// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_SAMPLE_USERS_HPP
#define LARDER_USERS_SAMPLE_USERS_HPP

#include <span>
#include <string_view>

namespace larder::users {

struct SampleUser {
  std::string_view name;
  std::string_view email;
};

/// Returns the users with which a new table is filled, so that requests find some.
std::span<const SampleUser> sampleUsers();

}  // namespace larder::users

#endif
