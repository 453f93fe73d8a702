// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_USERS_POSTGRES_CONNECTION_HPP
#define LARDER_USERS_POSTGRES_CONNECTION_HPP

#include "users/postgres_watch.hpp"

#include <pqxx/pqxx>

#include <chrono>
#include <string>

namespace larder::users {

/// Runs one statement with its parameters, with any supported version of libpqxx.
template <typename... Parameters>
pqxx::result execute(pqxx::transaction_base& transaction, const std::string& sql,
                     const Parameters&... parameters) {
#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)
  return transaction.exec(sql, pqxx::params{parameters...});
#else
  return transaction.exec_params(sql, parameters...);
#endif
}

/// One connection whose every wait is bounded: connecting by libpq's connect_timeout, a statement by the
/// server's statement_timeout, and by the watch if the server does not answer at all.
///
/// Used by one thread at a time. Its functions throw libpqxx's exceptions; after any of them other than a
/// unique_violation, drop the connection.
class PostgresConnection {
 public:
  /// Connects. `watch` must outlive the connection.
  PostgresConnection(const std::string& connection_string, std::chrono::milliseconds statement_timeout,
                     PostgresWatch& watch);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// Returns whether an idle connection is unusable. An idle server sends nothing, so readable bytes mean
  /// that the connection is ending.
  bool stale() const;

  /// Returns whether `fault`, thrown by this connection, means that the connection has ended.
  bool lost(const std::exception& fault) const;

  /// Returns whether the watch shut the connection down.
  bool timedOut() const { return timedOut_; }

  /// Returns whether the connection failed during a commit, whose outcome is then unknown.
  bool inDoubt() const { return inDoubt_; }

  /// Returns the result of `work(pqxx::transaction_base&)`, whose statements take effect one by one, with one
  /// round trip each. Meant for reads.
  template <typename Work>
  auto read(Work work) {
    return watched([&] {
      pqxx::nontransaction each_by_itself(connection_);
      return work(each_by_itself);
    });
  }

  /// The same in one transaction, committed at the end. If this throws and inDoubt() is false, the database
  /// is unchanged.
  template <typename Work>
  auto write(Work work) {
    return watched([&] {
      pqxx::work transaction(connection_);
      auto result = work(transaction);
      inDoubt_ = true;
      transaction.commit();
      inDoubt_ = false;
      return result;
    });
  }

 private:
  template <typename Work>
  auto watched(Work work) {
    const auto guard = watch_.guard(socket_, answerLimit_);
    try {
      return work();
    } catch (...) {
      timedOut_ = guard.expired();
      throw;
    }
  }

  PostgresWatch& watch_;
  const std::chrono::milliseconds answerLimit_;
  pqxx::connection connection_;
  int socket_;  // a duplicate, see PostgresWatch::guard
  bool timedOut_ = false;
  bool inDoubt_ = false;
};

}  // namespace larder::users

#endif
