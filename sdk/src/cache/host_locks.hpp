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

/// Locks that all hosts on one backend see, so that one of them computes a value. A lock ends by itself, so a
/// holder that died is replaced; a store that evicts may end it early, so it saves work and proves nothing.
///
/// Made of "store if absent" and, to give it back, "erase if it is still this version"; of a backend without
/// the second a lock is not given back but expires.
class HostLocks {
 public:
  enum class Answer {
    taken,
    held,       ///< by another
    impossible  ///< the backend can't, or failed
  };

  /// A lock that was taken.
  struct Hold {
    std::string key;
    std::uint64_t version = 0;
  };

  HostLocks(GuardedBackend& backend, std::string_view prefix);

  /// Takes the lock of an entry for `ttl`. `done` is called once, inline if the backend is.
  void acquire(std::string_view name_space, std::string_view full_key, std::chrono::milliseconds ttl,
               std::function<void(Answer, Hold)> done);

  /// Gives it back, if it is still ours.
  void release(const Hold& hold, std::function<void()> done);

 private:
  GuardedBackend& backend_;
  const std::string nameSpace_;
};

}  // namespace larder

#endif
