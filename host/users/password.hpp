// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_PASSWORD_HPP
#define LARDER_USERS_PASSWORD_HPP

#include "users/user.hpp"

#include <cstdint>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string_view>

namespace larder::users {

/// Too many passwords are being hashed already; try again later.
class PasswordsBusy : public std::runtime_error {
 public:
  PasswordsBusy() : std::runtime_error("too many passwords are being checked at once") {}
};

/// What one hash costs: 128 * 2^logN * r bytes of memory, and time in proportion to that times p.
struct ScryptCost {
  std::uint64_t logN = 15;
  std::uint64_t r = 8;
  std::uint64_t p = 3;
};

/// Passwords by scrypt (RFC 7914): hashes are slow to try and differ for equal passwords.
///
/// Four at once, for each takes 32 MiB; a fifth waits two seconds. Thread-safe.
class PasswordHasher {
 public:
  explicit PasswordHasher(ScryptCost cost = {}) : cost_(cost) {}

  /// Throws PasswordsBusy, and std::runtime_error if there is no memory or randomness.
  PasswordHash hash(std::string_view password) const;

  /// Whether the hash is this password's, at the cost that it was made with. Without a hash the answer
  /// is false and takes as long, so that time does not tell who has one. Throws as hash does.
  bool matches(std::string_view password, const std::optional<PasswordHash>& hash) const;

 private:
  const ScryptCost cost_;
  mutable std::counting_semaphore<> slots_{4};
};

}  // namespace larder::users

#endif
