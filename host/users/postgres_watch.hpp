// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_POSTGRES_WATCH_HPP
#define LARDER_USERS_POSTGRES_WATCH_HPP

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace larder::users {

/// Bounds the wait for PostgreSQL's answers. libpq waits for an answer without limit, and the server's own
/// statement_timeout is of no use when the server hangs or the network drops packets. So a thread
/// ("users-pg-watch") shuts the socket down at the deadline, and libpq then reports a lost connection to the
/// waiting caller.
///
/// Thread-safe. Must outlive its guards.
class PostgresWatch {
  using Clock = std::chrono::steady_clock;

  struct Entry {
    int socket;
    bool* expired;
  };
  using Entries = std::multimap<Clock::time_point, Entry>;

 public:
  /// Watches one socket during its lifetime.
  class Guard {
   public:
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    /// Returns whether the deadline has passed and the socket has been shut down.
    bool expired() const;

   private:
    friend class PostgresWatch;
    Guard(PostgresWatch& watch, int socket, std::chrono::milliseconds limit);

    PostgresWatch& watch_;
    bool expired_ = false;
    Entries::iterator entry_;
  };

  PostgresWatch();
  ~PostgresWatch();
  PostgresWatch(const PostgresWatch&) = delete;
  PostgresWatch& operator=(const PostgresWatch&) = delete;

  /// `socket` must stay open until the guard is destroyed. Pass a duplicate: libpq may close its own socket,
  /// whose number another file may then get.
  Guard guard(int socket, std::chrono::milliseconds limit) { return Guard(*this, socket, limit); }

 private:
  void run();
  void expireUntil(Clock::time_point now);

  std::mutex mutex_;
  std::condition_variable changed_;
  Entries entries_;  // of the guards that have not expired
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace larder::users

#endif
