// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_ANSWER_FAULTS_HPP
#define LARDER_USERS_ANSWER_FAULTS_HPP

#include <functional>
#include <string_view>

#include <larder/http/response.hpp>
#include "users/password.hpp"
#include "users/user_store.hpp"

namespace larder::users {

/// The problem 429 that a client gets whose passwords can't be hashed now, with a Retry-After of a second.
inline http::Response passwordsBusy(std::string_view detail) {
  auto response = http::Response::problem(429, "passwords-busy", "Too many passwords", detail);
  response.headers.set("Retry-After", "1");
  return response;
}
inline http::Response passwordsOfOneClient() {
  return passwordsBusy("Other passwords of this client are being checked; try again");
}

/// What `work` answers, or a 503 if it ends in StoreUnavailable, whose reason `unavailable` is told, or a
/// 429 if it ends in PasswordsBusy. `unavailable` may be empty.
template <class Work>
http::Response answerFaults(Work work, const std::function<void(std::string_view reason)>& unavailable) {
  try {
    return work();
  } catch (const StoreUnavailable& fault) {
    if (unavailable) unavailable(fault.what());
    return http::Response::unavailable("users-unavailable", "Users unavailable",
                                       "The users can't be reached at the moment; try again");
  } catch (const PasswordsBusy&) {
    return passwordsBusy("Too many passwords are being checked; try again");
  }
}

}  // namespace larder::users

#endif
