// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_ANSWER_FAULTS_HPP
#define LARDER_USERS_ANSWER_FAULTS_HPP

#include <functional>
#include <string_view>

#include <larder/http/response.hpp>
#include "users/password.hpp"
#include "users/user_store.hpp"

namespace larder::users {

/// What `work` answers, or a 503 if it ends in StoreUnavailable, whose reason `unavailable` is told, or in
/// PasswordsBusy. `unavailable` may be empty.
template <class Work>
http::Response answerFaults(Work work, const std::function<void(std::string_view reason)>& unavailable) {
  try {
    return work();
  } catch (const StoreUnavailable& fault) {
    if (unavailable) unavailable(fault.what());
    return http::Response::unavailable("users-unavailable", "Users unavailable",
                                       "The users can't be reached at the moment; try again");
  } catch (const PasswordsBusy&) {
    return http::Response::unavailable("passwords-busy", "Too many passwords",
                                       "Too many passwords are being checked; try again");
  }
}

}  // namespace larder::users

#endif
