// SPDX-License-Identifier: Apache-2.0
#include <larder/rate_limit.hpp>

#include "session_fixture.hpp"

using namespace larder;
using namespace larder::sessions;
using namespace std::chrono_literals;

namespace {

class Limits : public Sessions {};
INSTANTIATE_TEST_SUITE_P(On, Limits, everyStore(), nameOfStore);

}  // namespace

TEST_P(Limits, AdmitTheGivenNumberPerSubject) {
  RateLimit limit(store_->backend(), "test", 3, 1h);

  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.admit("ada"), Status::ok);

  EXPECT_EQ(limit.admit("ada"), Status::notStored);
  EXPECT_EQ(limit.admit("bob"), Status::ok);
}

TEST_P(Limits, CountForAllHostsTogether) {
  RateLimit one(store_->backend(), "test", 1, 1h);
  RateLimit other(store_->backend(), "test", 1, 1h);
  RateLimit unrelated(store_->backend(), "unrelated", 1, 1h);

  EXPECT_EQ(one.admit("ada"), Status::ok);
  EXPECT_EQ(other.admit("ada"), Status::notStored);
  EXPECT_EQ(unrelated.admit("ada"), Status::ok);
}

TEST_P(Limits, StartAgainAfterTheWindow) {
  RateLimit limit(store_->backend(), "test", 1, 1s);
  EXPECT_EQ(limit.admit("ada"), Status::ok);

  store_->pass(1100ms);

  EXPECT_EQ(limit.admit("ada"), Status::ok);
}

TEST_P(Limits, ReportAFailingBackend) {
  RateLimit limit(store_->backend(), "test", 1, 1h);
  store_->fail();

  EXPECT_TRUE(failed(limit.admit("ada")));
}
