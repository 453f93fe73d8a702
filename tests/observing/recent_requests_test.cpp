// SPDX-License-Identifier: Apache-2.0
#include "admin/recent_requests.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "conformance/manual_clock.hpp"
#include "serve/access_log.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;

class Recent : public testing::Test {
 protected:
  Recent() {
    router_.add({.method = "GET", .pattern = "/users/{id}", .handler = [](const http::Request&) {
                   return http::Response::text("body");
                 }});
  }

  // Records a request as the main listener's log does.
  void answer(const std::string& target, int status = 200, std::string_view cache = "hit") {
    log_.write({.method = "GET", .target = target, .status = status, .cache = cache});
  }
  RecentRequests::Page page(std::uint64_t since, const RequestFilter& filter = {}, std::size_t most = 100) {
    return requests_.page(since, filter, most);
  }

  http::Router router_;
  conformance::ManualClock clock_;
  RecentRequests requests_{router_, clock_};
  LineSink sink_;
  AccessLog log_{AccessFormat::off, requests_, sink_};
};

TEST_F(Recent, RequestsAreRecordedFromTheFirstQueryOn) {
  answer("/users/1");
  const auto begin = requests_.page(std::nullopt, {}, 100);
  EXPECT_TRUE(begin.requests.empty());
  answer("/users/2");
  answer("/nowhere", 404, "none");

  const auto page = this->page(begin.next);

  ASSERT_EQ(page.requests.size(), 2u);
  EXPECT_EQ(page.requests[0].record.target, "/users/2");
  EXPECT_EQ(page.requests[0].route, "GET /users/{id}");
  EXPECT_EQ(page.requests[1].route, "-");
  EXPECT_EQ(page.missed, 0u);
  EXPECT_TRUE(this->page(page.next).requests.empty());
}

TEST_F(Recent, RequestsCostNothingWhileNobodyWatches) {
  EXPECT_TRUE(log_.off());

  page(1);
  EXPECT_FALSE(log_.off());
  clock_.advance(RecentRequests::kWatch);
  answer("/users/1");

  EXPECT_TRUE(log_.off());
  EXPECT_TRUE(page(1).requests.empty());
}

TEST_F(Recent, RequestsAreChosenByRouteOutcomeAndStatus) {
  page(1);
  answer("/users/1", 200, "hit");
  answer("/users/2", 200, "miss");
  answer("/users/3", 404, "miss");
  answer("/nowhere", 404, "none");

  EXPECT_EQ(page(1, {.route = "GET /users/{id}"}).requests.size(), 3u);
  EXPECT_EQ(page(1, {.outcome = "miss"}).requests.size(), 2u);
  EXPECT_EQ(page(1, {.status = "404"}).requests.size(), 2u);
  EXPECT_EQ(page(1, {.status = "4xx"}).requests.size(), 2u);
  EXPECT_EQ(page(1, {.route = "GET /users/{id}", .outcome = "miss", .status = "2xx"}).requests.size(), 1u);
}

TEST_F(Recent, RequestsComeInPages) {
  page(1);
  for (int i = 0; i < 5; ++i) answer("/users/" + std::to_string(i));

  const auto first = page(1, {}, 3);
  const auto second = page(first.next, {}, 3);

  EXPECT_EQ(first.requests.size(), 3u);
  ASSERT_EQ(second.requests.size(), 2u);
  EXPECT_EQ(second.requests[0].record.target, "/users/3");
  EXPECT_EQ(second.next, 6u);
}

TEST_F(Recent, RequestsThatWereOverwrittenAreCounted) {
  page(1);
  for (std::size_t i = 0; i < RecentRequests::kMostRequests + 7; ++i) answer("/users/1");

  const auto page = this->page(1, {}, RecentRequests::kMostRequests);

  EXPECT_EQ(page.missed, 7u);
  EXPECT_EQ(page.requests.size(), RecentRequests::kMostRequests);
  EXPECT_EQ(page.requests[0].number, 8u);
}

TEST_F(Recent, RequestsAreFoundAfterARestartOfTheHost) {
  page(1);
  answer("/users/1");

  EXPECT_EQ(page(1000).next, 2u);
}

}  // namespace
}  // namespace larder::host
