// SPDX-License-Identifier: Apache-2.0
#include "users/postgres_connection.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace larder::users {
namespace {

// How long after the server's own time-out the watch acts, which costs the connection.
constexpr std::chrono::milliseconds watchMargin{500};

// libpqxx 6 would silently reconnect after a loss, with a socket that is not watched and without our
// session's settings. Later versions never do.
void forbidReconnecting([[maybe_unused]] pqxx::connection& connection) {
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
}

int duplicate(int socket) {
  const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "PostgreSQL socket");
  return copy;
}

}  // namespace

PostgresConnection::PostgresConnection(const std::string& connection_string,
                                       std::chrono::milliseconds statement_timeout, PostgresWatch& watch)
    : watch_(watch),
      answerLimit_(statement_timeout + watchMargin),
      connection_(connection_string),
      socket_(duplicate(connection_.sock())) {
  forbidReconnecting(connection_);
  // Sets the time-out by a statement and not in the start-up packet, where PgBouncer refuses it.
  try {
    read([&](pqxx::transaction_base& session) {
      return session.exec("SET statement_timeout = " + std::to_string(statement_timeout.count()));
    });
  } catch (...) {
    ::close(socket_);
    throw;
  }
}

PostgresConnection::~PostgresConnection() { ::close(socket_); }

bool PostgresConnection::stale() const {
  pollfd server{socket_, POLLIN, 0};
  return !connection_.is_open() || ::poll(&server, 1, 0) != 0;
}

bool PostgresConnection::lost(const std::exception& fault) const {
  if (!connection_.is_open() || timedOut_) return true;
  if (dynamic_cast<const pqxx::broken_connection*>(&fault) != nullptr) return true;
  // A server that shuts down reports it (57P01 .. 57P03) before it closes; class 08 is connection errors.
  const auto* refusal = dynamic_cast<const pqxx::sql_error*>(&fault);
  if (refusal == nullptr) return false;
  const std::string_view state = refusal->sqlstate();
  return state.starts_with("57P") || state.starts_with("08");
}

}  // namespace larder::users
