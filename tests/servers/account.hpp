// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_ACCOUNT_HPP
#define LARDER_SERVERS_ACCOUNT_HPP

#include <sys/types.h>

#include <optional>
#include <string>

namespace larder::servers {

struct Account {
  uid_t uid;
  gid_t gid;
};

/// For a server that must not run as root: the account `name` if we are root, else nothing, which means
/// to run it under the current account. Throws std::runtime_error if there is no such account.
std::optional<Account> accountIfRoot(const std::string& name);

}  // namespace larder::servers

#endif
