// SPDX-License-Identifier: Apache-2.0
#include <thread>
#include <vector>

#include "session_fixture.hpp"

using namespace larder;
using namespace larder::sessions;
using namespace std::chrono_literals;

namespace {

class ListedSessions : public Sessions {
 protected:
  static SessionOptions limited() {
    auto options = patientOptions();
    options.maxPerUser = 3;
    return options;
  }
  Session in(std::string_view user) {
    auto session = limited_.create();
    EXPECT_TRUE(limited_.login(session, user));
    return session;
  }
  std::vector<std::string> handlesOf(std::string_view user) {
    std::vector<std::string> handles;
    for (const auto& each : limited_.list(user)) handles.push_back(each.handle);
    return handles;
  }

  SessionStore limited_{store_->backend(), limited()};
};
INSTANTIATE_TEST_SUITE_P(On, ListedSessions, everyStore(), nameOfStore);

}  // namespace

TEST_P(ListedSessions, AreListedOldestFirstForTheirUserOnly) {
  const auto first = in("ada");
  store_->pass(5ms);
  const auto second = in("ada");
  const auto others = in("bob");

  EXPECT_EQ(handlesOf("ada"),
            (std::vector<std::string>{SessionStore::handleOf(first), SessionStore::handleOf(second)}));
  EXPECT_EQ(handlesOf("bob"), std::vector<std::string>{SessionStore::handleOf(others)});
  EXPECT_TRUE(handlesOf("nobody").empty());
}

TEST_P(ListedSessions, EndWithTheOldestWhenThereAreTooMany) {
  std::vector<Session> sessions;
  for (int i = 0; i < 4; ++i) {
    sessions.push_back(in("ada"));
    store_->pass(5ms);
  }

  EXPECT_FALSE(alive(sessions[0].id()));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_TRUE(alive(sessions[i].id())) << i;
  EXPECT_EQ(handlesOf("ada").size(), 3u);
}

TEST_P(ListedSessions, StayListedOnceWhenTheyRotateAndNotWhenTheyEnd) {
  auto rotated = in("ada");
  auto destroyed = in("ada");
  ASSERT_TRUE(limited_.rotate(rotated));
  limited_.destroy(destroyed);

  EXPECT_EQ(handlesOf("ada"), std::vector<std::string>{SessionStore::handleOf(rotated)});

  limited_.revokeAll("ada");
  EXPECT_TRUE(handlesOf("ada").empty());
}

TEST_P(ListedSessions, CanBeEndedOneByOneOnlyByTheirUser) {
  const auto one = in("ada");
  const auto other = in("ada");

  EXPECT_FALSE(limited_.end("bob", SessionStore::handleOf(one)));
  EXPECT_TRUE(limited_.end("ada", SessionStore::handleOf(one)));

  EXPECT_FALSE(alive(one.id()));
  EXPECT_TRUE(alive(other.id()));
  EXPECT_FALSE(limited_.end("ada", SessionStore::handleOf(one)));
}

TEST_P(ListedSessions, AreNotLostWhenSeveralBeginAtOnce) {
  constexpr std::size_t kThreads = 3;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) threads.emplace_back([this] { in("ada"); });
  }

  EXPECT_EQ(handlesOf("ada").size(), kThreads);
}

TEST_P(ListedSessions, AreListedOnlyIfTheOptionIsSet) {
  loggedIn("ada");

  EXPECT_TRUE(sessions_.list("ada").empty());
}
