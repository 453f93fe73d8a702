// SPDX-License-Identifier: Apache-2.0
//
// The guarantees of a session store for sequential operations.
#include <larder/cache.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "session/session_record.hpp"
#include "session_fixture.hpp"

using namespace larder;
using namespace larder::sessions;
using namespace std::chrono_literals;

namespace {

class StoredSessions : public Sessions {};
INSTANTIATE_TEST_SUITE_P(On, StoredSessions, everyStore(), nameOfStore);

std::string idOf(char c) { return std::string(43, c); }

}  // namespace

TEST_P(StoredSessions, SavedFieldsAreReadBackWithTheirTypes) {
  auto session = sessions_.create();
  session.set("name", "Ada");
  session.set("visits", 7);
  session.set("cart", std::vector<std::string>{"pear", "fig"});
  ASSERT_TRUE(sessions_.save(session));

  const auto loaded = sessions_.load(session.id());

  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->get<std::string>("name"), "Ada");
  EXPECT_EQ(loaded->get<int>("visits"), 7);
  EXPECT_EQ(loaded->get<std::vector<std::string>>("cart"), (std::vector<std::string>{"pear", "fig"}));
  EXPECT_EQ(loaded->get<std::string>("visits"), std::nullopt);
  EXPECT_EQ(loaded->get<int>("nothing"), std::nullopt);
  EXPECT_FALSE(loaded->user());
}

TEST_P(StoredSessions, NothingIsStoredBeforeTheFirstSave) {
  const auto session = sessions_.create();

  EXPECT_TRUE(session.isNew());
  EXPECT_FALSE(alive(session.id()));
}

TEST_P(StoredSessions, AnUnknownIdIsNotASessionAndNeverBecomesOne) {
  const auto strangers = idOf('A');

  EXPECT_FALSE(sessions_.load(strangers));
  EXPECT_FALSE(sessions_.update(strangers, [](Session& session) { session.set("x", 1); }));
  EXPECT_FALSE(alive(strangers));
}

TEST_P(StoredSessions, AMalformedIdIsRejectedWithoutTheBackend) {
  const std::vector<std::string> wrong{"",
                                       "A",
                                       idOf('A') + "A",
                                       idOf('A').substr(1),
                                       std::string(1024, 'A'),
                                       std::string(42, 'A') + '\0',
                                       std::string(41, 'A') + "\r\n",
                                       std::string(42, 'A') + "="};
  store_->fail();

  for (const auto& id : wrong) EXPECT_FALSE(sessions_.load(id)) << id;
}

TEST_P(StoredSessions, TheStoreDoesNotContainTheIdItself) {
  auto session = loggedIn("ada");

  const auto found = store_->backend()->perform(
      {.code = OpCode::get, .nameSpace = "larder/sessions", .key = session.id()}, store_->backend()->in(20s));

  EXPECT_EQ(found.status, Status::miss);
  EXPECT_TRUE(alive(session.id()));
}

TEST_P(StoredSessions, RotationKeepsTheDataAndKillsTheOldId) {
  auto session = sessions_.create();
  session.set("color", "blue");
  ASSERT_TRUE(sessions_.save(session));
  const auto old_id = session.id();

  session.set("size", 4);
  ASSERT_TRUE(sessions_.rotate(session));

  EXPECT_NE(session.id(), old_id);
  EXPECT_FALSE(alive(old_id));
  const auto loaded = sessions_.load(session.id());
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->get<std::string>("color"), "blue");
  EXPECT_EQ(loaded->get<int>("size"), 4);
}

TEST_P(StoredSessions, LogInMovesToANewIdAndKeepsAVisitorsData) {
  auto session = sessions_.create();
  session.set("cart", 3);
  ASSERT_TRUE(sessions_.save(session));
  const auto visitors_id = session.id();

  ASSERT_TRUE(sessions_.login(session, "ada"));

  EXPECT_FALSE(alive(visitors_id));
  const auto loaded = sessions_.load(session.id());
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->user(), "ada");
  EXPECT_EQ(loaded->get<int>("cart"), 3);
}

TEST_P(StoredSessions, LogInOfAnotherUserDropsTheFirstUsersData) {
  auto session = loggedIn("ada");

  ASSERT_TRUE(sessions_.login(session, "bob"));

  const auto loaded = sessions_.load(session.id());
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->user(), "bob");
  EXPECT_FALSE(loaded->has("color"));
}

TEST_P(StoredSessions, ADestroyedSessionIsGone) {
  auto session = loggedIn("ada");
  const auto id = session.id();

  sessions_.destroy(session);

  EXPECT_FALSE(alive(id));
  EXPECT_TRUE(session.isNew());
  EXPECT_FALSE(session.user());
}

TEST_P(StoredSessions, RevokingAUserEndsOnlyThatUsersSessions) {
  const auto first = loggedIn("ada");
  const auto second = loggedIn("ada");
  const auto others = loggedIn("bob");

  sessions_.revokeAll("ada");

  EXPECT_FALSE(alive(first.id()));
  EXPECT_FALSE(alive(second.id()));
  EXPECT_TRUE(alive(others.id()));
}

TEST_P(StoredSessions, RevokingAlsoReachesASessionThatIsRotatedAfterwards) {
  auto session = loggedIn("ada");
  auto same = sessions_.load(session.id());
  ASSERT_TRUE(same);

  sessions_.revokeAll("ada");
  ASSERT_TRUE(sessions_.rotate(*same));

  EXPECT_FALSE(alive(same->id()));
  EXPECT_FALSE(alive(session.id()));
}

TEST_P(StoredSessions, ALogInAfterARevocationHolds) {
  const auto before = loggedIn("ada");
  sessions_.revokeAll("ada");

  const auto after = loggedIn("ada");

  EXPECT_TRUE(alive(after.id()));
  EXPECT_FALSE(alive(before.id()));
}

TEST_P(StoredSessions, ALostGenerationMeansRevokedEvenAfterTheNextLogIn) {
  const auto session = loggedIn("ada");

  store_->backend()->perform({.code = OpCode::clearNamespace, .nameSpace = "larder/session-users"},
                             store_->backend()->in(20s));

  EXPECT_FALSE(alive(session.id()));
  const auto next = loggedIn("ada");
  EXPECT_FALSE(alive(session.id()));
  EXPECT_TRUE(alive(next.id()));
}

TEST_P(StoredSessions, ClearingACacheWithTheSamePrefixRemovesNoSession) {
  const auto session = loggedIn("ada");
  Cache cache(store_->backend(), {.prefix = "larder"});

  for (const std::string_view name_space : {"", "sessions", "session-users", "responses", "/sessions"})
    ASSERT_EQ(cache.clear(name_space), Status::ok);

  EXPECT_TRUE(alive(session.id()));
}

TEST_P(StoredSessions, AnotherPrefixIsAnotherStore) {
  const auto session = loggedIn("ada");
  auto options = patientOptions();
  options.prefix = "other";

  const SessionStore other(store_->backend(), options);

  EXPECT_FALSE(other.load(session.id()));
}

TEST(SessionRecords, DamagedBytesAreNotASession) {
  const auto bytes =
      encodeSession({.created = 1h, .user = "ada", .generation = "g", .fields = {{"color", "blue"}}});
  ASSERT_TRUE(decodeSession(bytes));

  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    EXPECT_FALSE(decodeSession(flipped)) << at;
    EXPECT_FALSE(decodeSession(bytes.substr(0, at))) << at;
  }
  EXPECT_FALSE(decodeSession(bytes + "x"));
}

TEST(SessionIds, AreAllDifferentAndEveryByteIsEvenlySpread) {
  conformance::ManualServices services;
  const SessionStore sessions(Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "lru", {}, services), {});
  constexpr int kIds = 200'000;
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  constexpr std::size_t kCharacters = 42;  // the 43rd carries only four bits
  std::array<std::array<int, 128>, kCharacters> seen{};
  std::vector<std::string> ids;

  for (int i = 0; i < kIds; ++i) {
    auto id = sessions.create().id();
    for (std::size_t at = 0; at < kCharacters; ++at) ++seen[at][static_cast<unsigned char>(id[at])];
    ids.push_back(std::move(id));
  }

  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  for (const auto& counts : seen) {
    double chi_square = 0;
    const double expected = kIds / 64.0;
    for (const char c : kAlphabet) {
      const double off = counts[static_cast<unsigned char>(c)] - expected;
      chi_square += off * off / expected;
    }
    EXPECT_LT(chi_square, 140);  // 63 degrees of freedom: once in ten million positions
  }
}

TEST(SessionIds, AreMadeFromTheGivenRandomness) {
  conformance::ManualServices services;
  SessionOptions options;
  options.random = [](std::span<unsigned char> bytes) {
    for (auto& byte : bytes) byte = 0;
  };
  const SessionStore sessions(Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "lru", {}, services),
                              options);

  EXPECT_EQ(sessions.create().id(), idOf('A'));
}

TEST(SessionStores, RefuseABackendWithoutCompareAndSet) {
  HostServices services;
  const std::shared_ptr<Backend> plain =
      Backend::open(PluginLibrary::load(LARDER_PLAIN_PLUGIN), "plain", {}, services);

  EXPECT_THROW(SessionStore(plain, {}), std::invalid_argument);
}

TEST(SessionStores, RefuseASessionThatIsTooLarge) {
  conformance::ManualServices services;
  SessionStore sessions(Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "lru", {}, services), {});
  auto session = sessions.create();
  session.set("novel", std::string(65 << 10, 'x'));

  EXPECT_THROW(static_cast<void>(sessions.save(session)), SessionTooLarge);
}
