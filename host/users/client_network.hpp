// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_CLIENT_NETWORK_HPP
#define LARDER_USERS_CLIENT_NETWORK_HPP

#include <string>

namespace larder::users {

/// Returns the name under which a client's attempts are counted: its address, or the /64 network of an IPv6
/// address, because one client usually has all of it.
std::string networkOf(const std::string& address);

}  // namespace larder::users

#endif
