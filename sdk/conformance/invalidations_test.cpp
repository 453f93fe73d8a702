// SPDX-License-Identifier: Apache-2.0
#include "change_log.hpp"
#include "extension_fixture.hpp"
#include "faults_fixture.hpp"

#include <memory>
#include <string>

namespace larder::conformance {
namespace {

// One backend listens while another one changes entries that both see.
class Invalidations : public ExtensionTest {
 protected:
  Invalidations() : ExtensionTest(LARDER_INVALIDATION) {}

  void SetUp() override {
    ExtensionTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    other_ = std::make_unique<RawBackend>(*subject().library, subject().settings);
  }

  larder_status setElsewhere(std::string_view key, std::string_view value = "value") {
    return RawOp(LARDER_OP_SET, space_, key, value).perform(*other_);
  }
  larder_status eraseElsewhere(std::string_view key) {
    return RawOp(LARDER_OP_DELETE, space_, key).perform(*other_);
  }
  const RawBackend& other() { return *other_; }

 private:
  std::unique_ptr<RawBackend> other_;
};

TEST_F(Invalidations, TheTableContainsListen) {
  const auto* table = static_cast<const larder_invalidation*>(raw().extension(LARDER_INVALIDATION));

  ASSERT_TRUE(LARDER_HAS(table, larder_invalidation, listen));
  EXPECT_NE(table->listen, nullptr);
}

TEST_F(Invalidations, EarlierChangesAreReportedAsLost) {
  ChangeLog log;

  ASSERT_EQ(log.listenTo(raw()), LARDER_OK);

  EXPECT_GE(log.losses(), 1);
  ChangeLog::stopListeningTo(raw());
}

TEST_F(Invalidations, AnEntryWrittenByAnotherBackendIsReported) {
  LARDER_NEEDS(LARDER_CAP_SHARED);
  ChangeLog log;
  ASSERT_EQ(log.listenTo(raw()), LARDER_OK);

  ASSERT_EQ(setElsewhere("k"), LARDER_OK);

  EXPECT_TRUE(log.waitForChange(space_, "k"));
  ChangeLog::stopListeningTo(raw());
}

TEST_F(Invalidations, AnEntryOverwrittenByAnotherBackendIsReported) {
  LARDER_NEEDS(LARDER_CAP_SHARED);
  ASSERT_EQ(rawSet("k", "old"), LARDER_OK);
  ChangeLog log;
  ASSERT_EQ(log.listenTo(raw()), LARDER_OK);

  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(setElsewhere("k", std::to_string(round)), LARDER_OK);
    EXPECT_TRUE(log.waitForChange(space_, "k")) << "round " << round;
    log.forget();
  }
  ChangeLog::stopListeningTo(raw());
}

TEST_F(Invalidations, AnEntryRemovedByAnotherBackendIsReported) {
  LARDER_NEEDS(LARDER_CAP_SHARED);
  ASSERT_EQ(rawSet("k", "value"), LARDER_OK);
  ChangeLog log;
  ASSERT_EQ(log.listenTo(raw()), LARDER_OK);
  // A late notification of the SET must not be mistaken for that of the DELETE.
  ASSERT_EQ(setElsewhere("after"), LARDER_OK);
  ASSERT_TRUE(log.waitForChange(space_, "after"));
  log.forget();

  ASSERT_EQ(eraseElsewhere("k"), LARDER_OK);

  EXPECT_TRUE(log.waitForChange(space_, "k"));
  ChangeLog::stopListeningTo(raw());
}

TEST_F(Invalidations, ANamespaceClearedByAnotherBackendIsReported) {
  LARDER_NEEDS(LARDER_CAP_SHARED | LARDER_CAP_CLEAR);
  ASSERT_EQ(rawSet("k", "value"), LARDER_OK);
  ChangeLog log;
  ASSERT_EQ(log.listenTo(raw()), LARDER_OK);

  ASSERT_EQ(RawOp(LARDER_OP_CLEAR_NAMESPACE, space_, "").perform(other()), LARDER_OK);

  EXPECT_TRUE(log.waitForClear(space_));
  ChangeLog::stopListeningTo(raw());
}

TEST_F(Invalidations, NamesAreReportedUnchanged) {
  LARDER_NEEDS(LARDER_CAP_SHARED);
  ChangeLog log;
  ASSERT_EQ(log.listenTo(raw()), LARDER_OK);

  for (const auto& key : {std::string(""), std::string("a\0b", 3), std::string("\r\n"),
                          std::string("\xff\xfe"), std::string("a:b{c}*"), std::string(250, 'k')}) {
    ASSERT_EQ(setElsewhere(key), LARDER_OK);
    EXPECT_TRUE(log.waitForChange(space_, key)) << '"' << key << '"';
  }
  ChangeLog::stopListeningTo(raw());
}

TEST_F(Invalidations, ManyChangesAreReportedIndividuallyOrAsLost) {
  LARDER_NEEDS(LARDER_CAP_SHARED);
  ChangeLog log;
  ASSERT_EQ(log.listenTo(raw()), LARDER_OK);
  const int losses = log.losses();
  const int count = scaled(2000);

  for (int i = 0; i < count; ++i) ASSERT_EQ(setElsewhere(std::to_string(i)), LARDER_OK);

  ASSERT_TRUE(log.waitForChange(space_, std::to_string(count - 1)) || log.losses() > losses);
  for (int i = 0; i < count && log.losses() == losses; ++i)
    ASSERT_TRUE(log.waitForChange(space_, std::to_string(i)) || log.losses() > losses) << i;
  ChangeLog::stopListeningTo(raw());
}

TEST_F(Invalidations, NothingIsReportedAfterListeningEnds) {
  ChangeLog log;
  ASSERT_EQ(log.listenTo(raw()), LARDER_OK);
  ASSERT_EQ(setElsewhere("k"), LARDER_OK);

  ASSERT_EQ(ChangeLog::stopListeningTo(raw()), LARDER_OK);
  const int calls = log.calls();
  for (int i = 0; i < 20; ++i) ASSERT_EQ(setElsewhere(std::to_string(i)), LARDER_OK);
  sleep(100ms);

  EXPECT_EQ(log.calls(), calls);
}

TEST_F(Invalidations, ANewListenerReplacesThePreviousOne) {
  LARDER_NEEDS(LARDER_CAP_SHARED);
  ChangeLog former;
  ChangeLog log;
  ASSERT_EQ(former.listenTo(raw()), LARDER_OK);
  ASSERT_EQ(log.listenTo(raw()), LARDER_OK);
  const int calls = former.calls();

  ASSERT_EQ(setElsewhere("k"), LARDER_OK);

  EXPECT_TRUE(log.waitForChange(space_, "k"));
  EXPECT_EQ(former.calls(), calls);
  ChangeLog::stopListeningTo(raw());
}

TEST_F(Invalidations, ABackendMayBeDestroyedWhileAListenerIsRegistered) {
  ChangeLog log;
  {
    RawBackend listening(*subject().library, subject().settings);
    ASSERT_EQ(log.listenTo(listening), LARDER_OK);
  }
  const int calls = log.calls();

  ASSERT_EQ(setElsewhere("k"), LARDER_OK);
  sleep(50ms);

  EXPECT_EQ(log.calls(), calls);
}

TEST_F(Faults, ALostConnectionIsReportedToTheListenerWhichKeepsListening) {
  RawBackend raw(*subject().library, subject().settings);
  if (raw.extension(LARDER_INVALIDATION) == nullptr) GTEST_SKIP() << "not declared: " << LARDER_INVALIDATION;
  ChangeLog log;
  ASSERT_EQ(log.listenTo(raw), LARDER_OK);
  ASSERT_EQ(RawOp(LARDER_OP_PING, "", "").perform(raw), LARDER_OK);
  const int losses = log.losses();

  reset();

  EXPECT_TRUE(log.waitForLosses(losses + 1));
  ASSERT_TRUE(recovers());
  bool told = false;
  for (int round = 0; round < 20 && !told; ++round) {
    ASSERT_EQ(set("k" + std::to_string(round), "value").status, Status::ok);
    told = log.waitForChange(space_, "k" + std::to_string(round));
  }
  EXPECT_TRUE(told);
  ChangeLog::stopListeningTo(raw);
}

}  // namespace
}  // namespace larder::conformance
