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

/// Thrown if too many passwords are being hashed already; try again later.
class PasswordsBusy : public std::runtime_error {
 public:
  PasswordsBusy() : std::runtime_error("too many passwords are being checked at once") {}
};

/// The cost of one hash: 128 * 2^logN * r bytes of memory, and time in proportion to that times p.
struct ScryptCost {
  std::uint64_t logN = 15;
  std::uint64_t r = 8;
  std::uint64_t p = 3;
};

/// Hashes passwords with scrypt (RFC 7914): hashes are slow to try and differ for equal passwords.
///
/// Runs at most four hashes at once, because each takes 32 MiB; a further call waits for up to two seconds.
/// Thread-safe.
class PasswordHasher {
 public:
  explicit PasswordHasher(ScryptCost cost = {}) : cost_(cost) {}

  /// Throws PasswordsBusy, and std::runtime_error if there is not enough memory or randomness.
  PasswordHash hash(std::string_view password) const;

  /// Returns whether the hash belongs to this password, at the cost that it was made with. Without a hash,
  /// returns false after the same time, so that timing does not reveal which users have a password. Throws as
  /// hash does.
  bool matches(std::string_view password, const std::optional<PasswordHash>& hash) const;

 private:
  const ScryptCost cost_;
  mutable std::counting_semaphore<> slots_{4};
};

}  // namespace larder::users

#endif
