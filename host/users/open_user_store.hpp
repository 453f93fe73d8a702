// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_OPEN_USER_STORE_HPP
#define LARDER_USERS_OPEN_USER_STORE_HPP

#include "users/user_store.hpp"

#include <memory>
#include <string_view>

namespace larder::users {

/// Opens the store that `database` names:
///
///     sqlite:users.db                a file; created if missing
///     sqlite::memory:                lost when the process ends
///     postgresql://user:password@localhost:5432/synergy
///
/// The store is ready when the function returns, table and sample users included. Throws
/// std::invalid_argument if the text is none of these or names a store that this build lacks, and
/// StoreUnavailable if the database cannot be used. Neither message shows a password.
std::unique_ptr<UserStore> openUserStore(std::string_view database);

}  // namespace larder::users

#endif
