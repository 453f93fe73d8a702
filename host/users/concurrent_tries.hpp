// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_CONCURRENT_TRIES_HPP
#define LARDER_USERS_CONCURRENT_TRIES_HPP

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace larder::users {

/// Bounds how many passwords of one client are hashed at once: a hash costs 32 MiB and a tenth of a second,
/// and only a few run at a time, so one client could hold up all others. Thread-safe; must outlive its turns.
/// Holds one entry per client with a turn.
class ConcurrentTries {
 public:
  /// The default is half of the hashes that a PasswordHasher runs at a time.
  explicit ConcurrentTries(std::size_t limit = 2) : limit_(limit) {}

  /// Permission for one hash; the destructor returns it.
  class Turn {
   public:
    Turn(Turn&& other) noexcept
        : tries_(std::exchange(other.tries_, nullptr)), client_(std::move(other.client_)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (tries_ != nullptr) tries_->end(client_);
    }

   private:
    friend class ConcurrentTries;
    Turn(ConcurrentTries& tries, std::string client) : tries_(&tries), client_(std::move(client)) {}

    ConcurrentTries* tries_;
    std::string client_;
  };

  /// Returns nullopt if the client has `limit` turns already. Does not block.
  std::optional<Turn> begin(const std::string& client) {
    const std::lock_guard lock(mutex_);
    auto& running = running_[client];
    if (running >= limit_) return std::nullopt;
    ++running;
    return Turn(*this, client);
  }

 private:
  void end(const std::string& client) {
    const std::lock_guard lock(mutex_);
    const auto found = running_.find(client);
    if (--found->second == 0) running_.erase(found);
  }

  const std::size_t limit_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> running_;
};

}  // namespace larder::users

#endif
