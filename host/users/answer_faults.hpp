// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_ANSWER_FAULTS_HPP
#define LARDER_USERS_ANSWER_FAULTS_HPP

#include <functional>
#include <string_view>

#include <larder/http/response.hpp>
#include "users/password.hpp"
#include "users/user_store.hpp"

namespace larder::users {

/// Returns a 429 problem with a Retry-After of one second, for a client whose passwords cannot be hashed now.
inline http::Response passwordsBusy(std::string_view detail) {
  auto response = http::Response::problem(429, "passwords-busy", "Too many passwords", detail);
  response.headers.set("Retry-After", "1");
  return response;
}
inline http::Response passwordsOfOneClient() {
  return passwordsBusy("Other passwords of this client are being checked; try again");
}

/// Returns the response of `work`; a 503 if `work` throws StoreUnavailable, whose reason goes to
/// `unavailable`; a 429 if it throws PasswordsBusy. `unavailable` may be empty.
template <class Work>
http::Response answerFaults(Work work, const std::function<void(std::string_view reason)>& unavailable) {
  try {
    return work();
  } catch (const StoreUnavailable& fault) {
    if (unavailable) unavailable(fault.what());
    return http::Response::unavailable("users-unavailable", "Users unavailable",
                                       "The users cannot be reached at the moment; try again");
  } catch (const PasswordsBusy&) {
    return passwordsBusy("Too many passwords are being checked; try again");
  }
}

}  // namespace larder::users

#endif
