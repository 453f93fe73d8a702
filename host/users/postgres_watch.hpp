// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_POSTGRES_WATCH_HPP
#define LARDER_USERS_POSTGRES_WATCH_HPP

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace larder::users {

/// Bounds the wait for PostgreSQL's answers. libpq waits for one without limit, and the server's own
/// statement_timeout is of no use when the server hangs or the network swallows packets; so a thread
/// ("users-pg-watch") shuts the socket down when the time is over, and libpq then reports a lost
/// connection to the waiting caller.
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
  /// Watches one socket while it lives.
  class Guard {
   public:
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    /// True if the time was over and the socket has been shut down.
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

  /// `socket` has to stay open until the guard goes: one that libpq closes by itself is no good, its
  /// number may soon belong to someone else. Pass a duplicate.
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
