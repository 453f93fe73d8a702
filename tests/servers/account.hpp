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

/// Returns the account for a server that must not run as root: `name` if this process is root,
/// otherwise nullopt, which means the current account. Throws std::runtime_error if there is no such account.
std::optional<Account> accountIfRoot(const std::string& name);

}  // namespace larder::servers

#endif
