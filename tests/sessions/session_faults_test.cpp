// SPDX-License-Identifier: Apache-2.0
//
// A failing store is an error each time, never an empty, missing or ended session.
#include "session_fixture.hpp"

using namespace larder;
using namespace larder::sessions;

namespace {

class FailingSessions : public Sessions {};
INSTANTIATE_TEST_SUITE_P(On, FailingSessions, everyStore(), nameOfStore);

}  // namespace

TEST_P(FailingSessions, EveryStepWithADownBackendIsAnError) {
  auto session = loggedIn("ada");
  auto fresh = sessions_.create();
  const auto id = session.id();
  session.set("color", "red");

  store_->fail();

  EXPECT_THROW(sessions_.load(id), SessionsUnavailable);
  EXPECT_THROW(static_cast<void>(sessions_.save(session)), SessionsUnavailable);
  EXPECT_THROW(static_cast<void>(sessions_.save(fresh)), SessionsUnavailable);
  EXPECT_THROW(static_cast<void>(sessions_.update(id, [](Session&) {})), SessionsUnavailable);
  EXPECT_THROW(static_cast<void>(sessions_.rotate(session)), SessionsUnavailable);
  EXPECT_THROW(static_cast<void>(sessions_.login(fresh, "ada")), SessionsUnavailable);
  EXPECT_THROW(sessions_.destroy(session), SessionsUnavailable);
  EXPECT_THROW(sessions_.revokeAll("ada"), SessionsUnavailable);
  EXPECT_EQ(session.id(), id);
  EXPECT_EQ(sessions_.counters().failures, 8u);
  EXPECT_EQ(sessions_.counters().destroyed, 0u);
}

TEST_P(FailingSessions, TheErrorRevealsNoSecret) {
  const auto session = loggedIn("ada-the-user");
  store_->fail();

  std::string text;
  try {
    sessions_.load(session.id());
  } catch (const SessionsUnavailable& error) {
    text = error.what();
  }

  EXPECT_NE(text.find("sessions: backend sessions: "), std::string::npos) << text;
  EXPECT_EQ(text.find(session.id()), std::string::npos) << text;
  EXPECT_EQ(text.find("ada-the-user"), std::string::npos) << text;
}
