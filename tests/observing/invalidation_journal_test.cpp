// SPDX-License-Identifier: Apache-2.0
#include "admin/invalidation_journal.hpp"

#include <gtest/gtest.h>
#include <larder/cache.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include <larder/http/app.hpp>
#include "conformance/manual_clock.hpp"
#include "open_backend.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;
using http::Request;
using http::Response;
using Names = std::vector<std::string>;
constexpr std::size_t kAll = InvalidationJournal::kMostRecords;

class Journal : public testing::Test {
 protected:
  conformance::ManualClock clock_;
  InvalidationJournal journal_{clock_};
};

TEST_F(Journal, ListsTheLatestInvalidationFirst) {
  journal_.begin({.by = InvalidationRecord::By::admin, .from = "127.0.0.1", .nameSpace = "responses"});
  clock_.advance(5s);
  const auto second = journal_.begin({.from = "PUT /users/{id}", .tags = {"user:1"}});
  journal_.end(second, Status::ok);

  const auto records = journal_.contents(kAll).records;

  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].number, 2u);
  EXPECT_EQ(records[0].from, "PUT /users/{id}");
  EXPECT_EQ(records[0].status, Status::ok);
  EXPECT_EQ(records[0].time, clock_.realtime());
  EXPECT_EQ(records[1].nameSpace, "responses");
  EXPECT_EQ(records[1].status, std::nullopt);
  EXPECT_EQ(journal_.contents(1).records.size(), 1u);
}

TEST_F(Journal, CountsAMissForTheLatestInvalidationOfItsTag) {
  journal_.begin({.tags = {"a", "b"}});
  journal_.missed("a");
  journal_.begin({.tags = {"a"}});
  journal_.missed("a");
  journal_.missed("a");
  journal_.missed("b");

  const auto records = journal_.contents(kAll).records;

  EXPECT_EQ(records[0].misses, 2u);
  EXPECT_EQ(records[1].misses, 2u);
}

TEST_F(Journal, CountsMissesThatItCannotExplainTogether) {
  for (int i = 0; i < 30; ++i) journal_.missed("tag" + std::to_string(i));
  journal_.missed("tag20");

  const auto others = journal_.contents(kAll).others;

  EXPECT_EQ(others.misses, 31u);
  EXPECT_EQ(others.tags.size(), InvalidationJournal::kMostTagsOfOthers);
  EXPECT_EQ(others.tags[0], "tag20");
  EXPECT_EQ(others.tags[1], "tag29");
}

TEST_F(Journal, DropsTheOldestRecordsBeyondItsLimit) {
  for (std::size_t i = 0; i < kAll + 10; ++i) journal_.begin({.tags = {"tag" + std::to_string(i)}});
  journal_.missed("tag5");
  journal_.missed("tag50");
  journal_.end(3, Status::ok);

  const auto contents = journal_.contents(kAll);

  EXPECT_EQ(contents.records.size(), kAll);
  EXPECT_EQ(contents.dropped, 10u);
  EXPECT_EQ(contents.records.back().number, 11u);
  EXPECT_EQ(contents.others.misses, 1u) << "the record of tag5 is gone";
  EXPECT_EQ(contents.records[kAll + 9 - 50].misses, 1u);
}

TEST_F(Journal, KeepsABoundedNumberOfBytes) {
  const Names many(100, std::string(5000, 'x'));
  for (std::size_t i = 0; i < kAll; ++i) journal_.begin({.tags = many, .targets = many});

  const auto contents = journal_.contents(kAll);

  EXPECT_EQ(contents.records[0].tags.size(), InvalidationJournal::kMostNames);
  EXPECT_EQ(contents.records[0].tags[0].size(), InvalidationJournal::kLongestName);
  EXPECT_GT(contents.dropped, 0u);
  EXPECT_LE(contents.records.size() * 32 * InvalidationJournal::kLongestName,
            InvalidationJournal::kMostBytes);
}

class JournalOfAnApp : public Journal {
 protected:
  JournalOfAnApp() {
    app_.observeWrites(journal_);
    app_.get(
        "/users/{id}", [](const Request&) { return Response::text("body"); }, cache(30s).tag("user:{id}"));
    app_.put(
        "/users/{id}", [](const Request&) { return Response::noContent(); }, invalidates("user:{id}"));
    app_.post("/other", [](const Request&) { return Response::noContent(); });
    app_.del(
        "/users/{id}", [](const Request&) -> Response { throw std::runtime_error("broken"); },
        invalidates("users"));
  }

  void ask(const std::string& method, const std::string& target) { app_.handle(Request::of(method, target)); }

  conformance::ManualServices services_;
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_),
               {.onOutdated = [this](std::string_view tag) { journal_.missed(tag); }}};
  http::App app_{cache_};
};

TEST_F(JournalOfAnApp, NamesTheRouteTheTagsAndTheTargetOfAWrite) {
  ask("PUT", "/users/7");
  ask("DELETE", "/users/8");

  const auto records = journal_.contents(kAll).records;

  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[1].by, InvalidationRecord::By::write);
  EXPECT_EQ(records[1].from, "PUT /users/{id}");
  EXPECT_EQ(records[1].tags, Names{"user:7"});
  EXPECT_EQ(records[1].targets, Names{"/users/7"});
  EXPECT_EQ(records[1].status, Status::ok);
  EXPECT_EQ(records[0].from, "DELETE /users/{id}") << "a handler that failed may have written";
}

TEST_F(JournalOfAnApp, OmitsAWriteThatAffectsNoEntry) {
  ask("POST", "/other");
  ask("GET", "/users/7");

  EXPECT_TRUE(journal_.contents(kAll).records.empty());
}

TEST_F(JournalOfAnApp, CountsTheLookUpsThatMissed) {
  app_.get(
      "/names/{id}", [](const Request&) { return Response::text("name"); }, cache(30s).tag("user:{id}"));
  ask("GET", "/names/7");
  ask("PUT", "/users/7");
  ask("GET", "/names/7");
  ask("GET", "/names/7");

  EXPECT_EQ(journal_.contents(kAll).records[0].misses, 1u);
}

}  // namespace
}  // namespace larder::host
