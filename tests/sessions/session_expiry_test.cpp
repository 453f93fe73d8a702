// SPDX-License-Identifier: Apache-2.0
//
// The two ways in which a session expires: on lru by the test's clock, on servers by waiting.
#include "session_fixture.hpp"

using namespace larder;
using namespace larder::sessions;
using namespace std::chrono_literals;

namespace {

class ExpiringSessions : public Sessions {
 protected:
  SessionStore with(std::chrono::milliseconds idle, std::chrono::milliseconds absolute) {
    auto options = patientOptions();
    options.idle = idle;
    options.absolute = absolute;
    return {store_->backend(), options};
  }
};
INSTANTIATE_TEST_SUITE_P(On, ExpiringSessions, everyStore(), nameOfStore);

// Only on lru, where time costs nothing.
class TimedSessions : public ::testing::Test {
 protected:
  Session saved() {
    auto session = sessions_.create();
    session.set("color", "blue");
    EXPECT_TRUE(sessions_.save(session));
    return session;
  }
  std::uint64_t writes() const { return store_->backend()->stats().writes; }

  std::unique_ptr<Store> store_ = lru();
  SessionStore sessions_{store_->backend(), {}};
};

}  // namespace

TEST_P(ExpiringSessions, AnIdleSessionEndsAfterTheIdleTime) {
  auto sessions = with(2s, 1h);
  auto used = sessions.create();
  used.set("color", "blue");
  ASSERT_TRUE(sessions.save(used));
  auto unused = sessions.create();
  unused.set("color", "blue");
  ASSERT_TRUE(sessions.save(unused));

  store_->pass(1200ms);
  auto again = sessions.load(used.id());
  ASSERT_TRUE(again);
  ASSERT_TRUE(sessions.touch(*again));
  store_->pass(1200ms);

  EXPECT_TRUE(sessions.load(used.id()));
  EXPECT_FALSE(sessions.load(unused.id()));
}

TEST_P(ExpiringSessions, ABusySessionEndsAtTheAbsoluteTime) {
  auto sessions = with(1h, 1500ms);
  auto session = sessions.create();
  ASSERT_TRUE(sessions.login(session, "ada"));

  store_->pass(700ms);
  session.set("color", "blue");
  ASSERT_TRUE(sessions.save(session));
  store_->pass(1000ms);

  EXPECT_FALSE(sessions.load(session.id()));
}

TEST_F(TimedSessions, LiveForHalfAnHourUnusedAndADayUsed) {
  auto session = saved();
  for (int i = 0; i < 24 * 60 / 29; ++i) {
    store_->pass(29min);
    auto loaded = sessions_.load(session.id());
    ASSERT_TRUE(loaded) << i;
    ASSERT_TRUE(sessions_.touch(*loaded));
  }

  store_->pass(29min);
  EXPECT_FALSE(sessions_.load(session.id()));

  session = saved();
  store_->pass(30min + 1ms);
  EXPECT_FALSE(sessions_.load(session.id()));
}

TEST_F(TimedSessions, AreNotExtendedBeforeATenthOfTheIdleTimeHasPassed) {
  const auto session = saved();

  store_->pass(3min);
  auto early = sessions_.load(session.id());
  ASSERT_TRUE(sessions_.touch(*early));
  store_->pass(27min + 1ms);

  EXPECT_FALSE(sessions_.load(session.id()));
}

TEST_F(TimedSessions, AreExtendedWithoutBeingWritten) {
  const auto session = saved();
  const auto before = writes();

  store_->pass(4min);
  auto late = sessions_.load(session.id());
  ASSERT_TRUE(sessions_.touch(*late));
  store_->pass(29min);

  EXPECT_TRUE(sessions_.load(session.id()));
  EXPECT_EQ(writes(), before);
}

TEST_F(TimedSessions, ALogInRestartsTheAbsoluteTime) {
  auto session = saved();
  for (int i = 0; i < 47; ++i) {
    store_->pass(29min);
    auto loaded = sessions_.load(session.id());
    ASSERT_TRUE(loaded);
    ASSERT_TRUE(sessions_.touch(*loaded));
    session = *loaded;
  }
  ASSERT_TRUE(sessions_.login(session, "ada"));

  for (int i = 0; i < 47; ++i) {
    store_->pass(29min);
    auto loaded = sessions_.load(session.id());
    ASSERT_TRUE(loaded);
    ASSERT_TRUE(sessions_.touch(*loaded));
  }
}

TEST_F(TimedSessions, TheGenerationOfAUserOutlivesEverySessionThatIsBoundToIt) {
  auto session = sessions_.create();
  ASSERT_TRUE(sessions_.login(session, "ada"));
  for (int i = 0; i < 4 * 47; ++i) {  // four days of use, with a log-in each day
    store_->pass(29min);
    auto loaded = sessions_.load(session.id());
    ASSERT_TRUE(loaded) << i;
    ASSERT_TRUE(i % 47 == 46 ? sessions_.login(*loaded, "ada") : sessions_.touch(*loaded));
    session = *loaded;
  }
}
