// SPDX-License-Identifier: Apache-2.0
#include "account.hpp"

#include <pwd.h>
#include <unistd.h>

#include <stdexcept>

namespace larder::servers {

std::optional<Account> accountIfRoot(const std::string& name) {
  if (::geteuid() != 0) return std::nullopt;
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr)
    throw std::runtime_error("a server cannot run as root, and the user `" + name +
                             "` to run it as is missing");
  return Account{entry->pw_uid, entry->pw_gid};
}

}  // namespace larder::servers
