// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_HOST_LOCKS_HPP
#define LARDER_CACHE_HOST_LOCKS_HPP

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "guard/guarded_backend.hpp"

namespace larder {

/// Locks visible to all hosts on one backend, so that only one host computes a value. A lock expires by
/// itself, so a dead holder is replaced. A store that evicts may drop a lock early: locks save work but
/// guarantee nothing.
///
/// A lock is taken with "store if absent" and released with "erase if it is still this version". On a backend
/// without versions a lock is not released but expires.
class HostLocks {
 public:
  enum class Answer {
    taken,
    held,       ///< by another holder
    impossible  ///< the backend cannot lock, or failed
  };

  /// A taken lock.
  struct Hold {
    std::string key;
    std::uint64_t version = 0;
  };

  HostLocks(GuardedBackend& backend, std::string_view prefix);

  /// Takes the lock of an entry for `ttl`. Calls `done` once, inline if the backend is inline.
  void acquire(std::string_view name_space, std::string_view full_key, std::chrono::milliseconds ttl,
               std::function<void(Answer, Hold)> done);

  /// Releases the lock if `hold` still owns it, then calls `done`.
  void release(const Hold& hold, std::function<void()> done);

 private:
  GuardedBackend& backend_;
  const std::string nameSpace_;
};

}  // namespace larder

#endif
