// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_CLIENT_NETWORK_HPP
#define LARDER_USERS_CLIENT_NETWORK_HPP

#include <string>

namespace larder::users {

/// What the tries of a client are counted by: its address, but of an IPv6 address the /64, all of which one
/// client has.
std::string networkOf(const std::string& address);

}  // namespace larder::users

#endif
