// SPDX-License-Identifier: Apache-2.0
//
// Several concurrent requests with one session.
#include <atomic>
#include <thread>
#include <vector>

#include "session_fixture.hpp"

using namespace larder;
using namespace larder::sessions;

namespace {

class RacingSessions : public Sessions {};
INSTANTIATE_TEST_SUITE_P(On, RacingSessions, everyStore(), nameOfStore);

}  // namespace

TEST_P(RacingSessions, AHundredParallelIncrementsAddUpToAHundred) {
  const auto session = loggedIn("ada");
  const auto increment = [](Session& each) { each.set("count", each.get<int>("count").value_or(0) + 1); };

  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 100; ++thread)
      threads.emplace_back([&] { EXPECT_TRUE(sessions_.update(session.id(), increment)); });
  }

  EXPECT_EQ(sessions_.load(session.id())->get<int>("count"), 100);
}

TEST_P(RacingSessions, WritersOfDifferentFieldsLoseNothing) {
  const auto session = loggedIn("ada");
  auto one = sessions_.load(session.id());
  auto other = sessions_.load(session.id());
  one->set("one", 1);
  one->erase("color");
  other->set("other", 2);

  ASSERT_TRUE(sessions_.save(*one));
  ASSERT_TRUE(sessions_.save(*other));

  const auto both = sessions_.load(session.id());
  EXPECT_EQ(both->get<int>("one"), 1);
  EXPECT_EQ(both->get<int>("other"), 2);
  EXPECT_FALSE(both->has("color"));
  EXPECT_EQ(sessions_.counters().conflicts, 1u);
}

TEST_P(RacingSessions, ASlowRequestThatSavesAfterwardsDoesNotResurrectADestroyedSession) {
  auto session = loggedIn("ada");
  const auto id = session.id();
  auto slow = sessions_.load(id);
  slow->set("late", 1);

  sessions_.destroy(session);

  EXPECT_FALSE(sessions_.save(*slow));
  EXPECT_FALSE(sessions_.rotate(*slow));
  EXPECT_FALSE(sessions_.login(*slow, "ada"));
  EXPECT_FALSE(sessions_.update(id, [](Session& each) { each.set("late", 1); }));
  EXPECT_FALSE(alive(id));
  EXPECT_FALSE(alive(slow->id()));
}

TEST_P(RacingSessions, AChangeBeforeARotationIsCarriedOver) {
  auto session = loggedIn("ada");
  auto other = sessions_.load(session.id());
  other->set("other", 2);
  ASSERT_TRUE(sessions_.save(*other));

  session.set("own", 1);
  ASSERT_TRUE(sessions_.rotate(session));

  const auto moved = sessions_.load(session.id());
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->get<int>("other"), 2);
  EXPECT_EQ(moved->get<int>("own"), 1);
  EXPECT_EQ(moved->user(), "ada");
}

TEST_P(RacingSessions, OfSeveralRotationsAtOnceExactlyOneSucceeds) {
  const auto session = loggedIn("ada");
  constexpr int kThreads = 8;
  std::vector<Session> copies;
  for (int i = 0; i < kThreads; ++i) copies.push_back(*sessions_.load(session.id()));
  std::vector<std::string> ids(kThreads);

  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i)
      threads.emplace_back([&, i] {
        if (sessions_.rotate(copies[i])) ids[i] = copies[i].id();
      });
  }

  int succeeded = 0;
  for (const auto& id : ids) {
    if (id.empty()) continue;
    ++succeeded;
    EXPECT_TRUE(alive(id));
  }
  EXPECT_EQ(succeeded, 1);
  EXPECT_FALSE(alive(session.id()));
}
