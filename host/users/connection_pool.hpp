// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_CONNECTION_POOL_HPP
#define LARDER_USERS_CONNECTION_POOL_HPP

#include "users/user_store.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace larder::users {

/// At most `limit` connections of one kind, opened on demand and kept for the next caller.
///
/// Thread-safe; one caller at a time uses a connection. Must outlive its leases.
template <typename Connection>
class ConnectionPool {
 public:
  using Connect = std::function<std::unique_ptr<Connection>()>;

  /// A borrowed connection; the destructor returns it.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->takeBack(std::move(connection_));
    }

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

    /// Closes the connection instead of returning it, because its state is in doubt.
    void drop() {
      connection_.reset();
      std::exchange(pool_, nullptr)->takeBack(nullptr);
    }

   private:
    friend class ConnectionPool;
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}

    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// `connect` runs on the thread that calls acquire(), without any lock held; it may throw.
  ConnectionPool(std::size_t limit, std::chrono::milliseconds wait, Connect connect)
      : limit_(limit), wait_(wait), connect_(std::move(connect)) {}

  /// Returns the most recently used idle connection, or a new one. Waits for at most `wait` for a free place.
  /// Throws StoreUnavailable if all connections stay in use for that time, and any exception of `connect`.
  Lease acquire() {
    std::unique_lock lock(mutex_);
    const auto available = [this] { return !idle_.empty() || open_ < limit_; };
    if (!returned_.wait_for(lock, wait_, available))
      throw StoreUnavailable("users database: all " + std::to_string(limit_) + " connections were busy for " +
                             std::to_string(wait_.count()) + " ms");
    if (!idle_.empty()) {
      Lease lease(*this, std::move(idle_.back()));
      idle_.pop_back();
      return lease;
    }
    ++open_;
    lock.unlock();
    return connectCounted();
  }

 private:
  // open_ counts the connection already, so a failure to connect must uncount it.
  Lease connectCounted() {
    try {
      return Lease(*this, connect_());
    } catch (...) {
      takeBack(nullptr);
      throw;
    }
  }

  void takeBack(std::unique_ptr<Connection> connection) {
    {
      const std::lock_guard lock(mutex_);
      if (connection != nullptr)
        idle_.push_back(std::move(connection));
      else
        --open_;
    }
    returned_.notify_one();
  }

  const std::size_t limit_;
  const std::chrono::milliseconds wait_;
  const Connect connect_;

  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t open_ = 0;  // in use or idle
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace larder::users

#endif
