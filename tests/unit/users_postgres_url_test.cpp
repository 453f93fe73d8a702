// SPDX-License-Identifier: Apache-2.0
#if LARDER_WITH_POSTGRES
#include "users/postgres_url.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace larder::users {
namespace {

TEST(PostgresUrl, KeepsTheParametersForLibpq) {
  const PostgresUrl url("postgresql://postgres:password@localhost:5432/synergy");

  EXPECT_EQ(url.database(), "synergy");
  EXPECT_EQ(url.connectionString("connect_timeout=2"),
            "postgresql://postgres:password@localhost:5432/synergy?connect_timeout=2");
}

TEST(PostgresUrl, ItsOwnParametersComeLastAndTakePrecedence) {
  const PostgresUrl url("postgres://h/d?connect_timeout=9&sslmode=require");

  EXPECT_EQ(url.connectionString("connect_timeout=2"),
            "postgresql://h/d?connect_timeout=2&connect_timeout=9&sslmode=require");
}

TEST(PostgresUrl, DecodesTheDatabaseName) {
  EXPECT_EQ(PostgresUrl("postgresql://h/my%20users").database(), "my users");
}

TEST(PostgresUrl, NamesAnotherDatabaseOfTheSameServer) {
  const PostgresUrl url("postgresql://u:p@[::1]:1/d?sslmode=require");

  EXPECT_EQ(url.withDatabase("postgres").connectionString(""),
            "postgresql://u:p@[::1]:1/postgres?&sslmode=require");
}

TEST(PostgresUrl, ShowsNoCredentialsAndNoParameters) {
  EXPECT_EQ(PostgresUrl("postgresql://u:secret@h:1/d?password=secret").display(), "postgresql://h:1/d");
}

TEST(PostgresUrl, RedactsThePasswordInBothForms) {
  const PostgresUrl url("postgresql://u:s%40cret@h/d?x=y&password=other");

  EXPECT_EQ(url.redacted("in s%40cret and s@cret, s@crets@cret, other"), "in *** and ***, ******, ***");
  EXPECT_EQ(PostgresUrl("postgresql://u@h/d").redacted("unchanged"), "unchanged");
  EXPECT_EQ(PostgresUrl("postgresql://u:*@h/d").redacted("a * b"), "a *** b");
}

TEST(PostgresUrl, RefusesMalformedUrlsWithoutRepeatingThem) {
  for (const char* bad :
       {"", "postgresql:", "mysql://u:secret@h/d", "postgresql://u:secret@h", "postgresql://h/",
        "postgresql://u:se@secret@h/d", "postgresql://u:secret@h/d%zz", "postgresql://u:secret@h/d%00"})
    try {
      PostgresUrl{bad};
      ADD_FAILURE() << "accepted " << bad;
    } catch (const std::invalid_argument& refusal) {
      EXPECT_EQ(std::string(refusal.what()).find("secret"), std::string::npos) << refusal.what();
    }
}

}  // namespace
}  // namespace larder::users

#endif  // LARDER_WITH_POSTGRES
