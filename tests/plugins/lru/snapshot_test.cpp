// SPDX-License-Identifier: Apache-2.0
//
// Snapshots that a cache restores from a file, tested through the plugin's file, and the format of that file.
#include "snapshot_format.hpp"

#include "open_cache.hpp"

#include "servers/temp_directory.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace larder::lru_test {
namespace {

using namespace std::chrono_literals;
using lru::SnapshotEntry;
using lru::SnapshotReader;
using lru::SnapshotWriter;

// Start of the tests' clocks.
constexpr std::int64_t kStartMs = 1'700'000'000'000 + 3'600'000;

class LruSnapshot : public ::testing::Test {
 protected:
  Settings settings(Settings more = {}) const {
    more["snapshot"] = file_;
    return more;
  }
  std::string read() const {
    std::ifstream file(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& bytes) const {
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << bytes;
    ::chmod(file_.c_str(), 0600);
  }
  void save(const Settings& more = {}) const {
    OpenCache cache(settings(more));
    for (int i = 0; i < 20; ++i) ASSERT_EQ(cache.set("key" + std::to_string(i), "value"), Status::ok);
  }

  const servers::TempDirectory directory_{"snapshot"};
  const std::filesystem::path folder_ = directory_.path();
  const std::filesystem::path file_ = folder_ / "cache.snapshot";
};

std::string bytesOf(std::int64_t savedAtMs, const std::vector<SnapshotEntry>& entries) {
  std::string bytes;
  SnapshotWriter writer([&](std::string_view part) { return bytes.append(part), true; }, savedAtMs);
  for (const auto& entry : entries) EXPECT_TRUE(writer.add(entry));
  EXPECT_TRUE(writer.finish());
  return bytes;
}

/// Returns true if the reader accepts the whole snapshot.
bool isWhole(std::string_view bytes) {
  SnapshotReader reader(
      [rest = bytes](char* data, std::size_t size) mutable {
        if (size > rest.size()) return false;
        rest.copy(data, size);
        rest.remove_prefix(size);
        return true;
      },
      bytes.size());
  if (!reader.open()) return false;
  SnapshotEntry entry;
  auto next = SnapshotReader::Next::end;
  while ((next = reader.next(entry)) == SnapshotReader::Next::entry) {
  }
  return next == SnapshotReader::Next::end;
}

TEST_F(LruSnapshot, EntriesOfAllNamespacesAreRestored) {
  const std::string large(300'000, 'x');
  {
    OpenCache cache(settings({{"max_bytes", "64MiB"}}));
    ASSERT_EQ(cache.set("k", "one", noExpiry, "ns"), Status::ok);
    ASSERT_EQ(cache.set("k", "two", noExpiry, "other"), Status::ok);
    ASSERT_EQ(cache.set("large", large), Status::ok);
    ASSERT_EQ(cache.set("empty", ""), Status::ok);
  }

  OpenCache cache(settings({{"max_bytes", "64MiB"}}));

  EXPECT_EQ(cache.stats().entries, 4u);
  EXPECT_EQ(cache.get("k").value.view(), "one");
  EXPECT_EQ(cache.get("large").value.view(), large);
  EXPECT_EQ(cache.get("empty").status, Status::ok);
  ASSERT_EQ(cache.clear("ns"), Status::ok);
  EXPECT_FALSE(cache.has("k"));
}

TEST_F(LruSnapshot, TheRemainingTtlIsRestored) {
  {
    OpenCache cache(settings());
    ASSERT_EQ(cache.set("k", "value", 60s), Status::ok);
    ASSERT_EQ(cache.set("expired", "value", 5s), Status::ok);
    cache.advance(10s);
  }

  OpenCache cache(settings());
  EXPECT_FALSE(cache.has("expired"));
  cache.advance(49s);
  EXPECT_TRUE(cache.has("k"));
  cache.advance(1s);

  EXPECT_FALSE(cache.has("k"));
}

TEST_F(LruSnapshot, TtlsRunWhileNoCacheIsOpen) {
  write(bytesOf(kStartMs - 20'000, {{"ns", "k", "value", 30'000}, {"ns", "expired", "value", 20'000}}));

  OpenCache cache(settings());
  EXPECT_FALSE(cache.has("expired"));
  cache.advance(9s);
  EXPECT_TRUE(cache.has("k"));
  cache.advance(1s);

  EXPECT_FALSE(cache.has("k"));
}

TEST_F(LruSnapshot, AClockSetBackDoesNotExtendATtl) {
  write(bytesOf(kStartMs + 3'600'000, {{"ns", "k", "value", 30'000}}));

  OpenCache cache(settings());
  cache.advance(30s);

  EXPECT_FALSE(cache.has("k"));
}

TEST_F(LruSnapshot, ASmallerCacheKeepsTheHottestEntries) {
  for (const auto* policy : {"adaptive", "lru"}) {
    {
      OpenCache cache(settings({{"max_entries", "1000"}, {"shards", "1"}, {"policy", policy}}));
      for (int i = 0; i < 1000; ++i) ASSERT_EQ(cache.set(std::to_string(i), "value"), Status::ok);
      for (int round = 0; round < 3; ++round)
        for (int i = 300; i < 350; ++i) ASSERT_EQ(cache.get(std::to_string(i)).status, Status::ok);
    }

    OpenCache cache(settings({{"max_entries", "60"}, {"shards", "1"}, {"policy", policy}}));

    EXPECT_EQ(cache.stats().entries, 60u);
    for (int i = 300; i < 350; ++i) EXPECT_TRUE(cache.has(std::to_string(i))) << policy << " " << i;
  }
}

TEST_F(LruSnapshot, TheFileIsRemovedOnceRestored) {
  save();
  ASSERT_TRUE(std::filesystem::exists(file_));

  OpenCache cache(settings());

  EXPECT_EQ(cache.stats().entries, 20u);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(LruSnapshot, OnlyTheFileIsLeftAndOnlyItsOwnerMayReadIt) {
  std::ofstream(file_.string() + ".tmp") << "of a process that ended while it wrote";
  save();

  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
  struct stat facts {};
  ASSERT_EQ(::stat(file_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(LruSnapshot, ADamagedFileCausesAColdStartAndOneWarning) {
  save();
  std::string bytes = read();
  bytes[bytes.size() / 2] ^= 1;
  write(bytes);

  OpenCache cache(settings());

  EXPECT_EQ(cache.stats().entries, 0u);
  ASSERT_EQ(cache.logged().size(), 1u);
  EXPECT_EQ(cache.logged()[0], "snapshot " + file_.string() + ": it is damaged; starting without it");
}

TEST_F(LruSnapshot, AForeignFileCausesAColdStartAndOneWarningAndIsKept) {
  write("{\"not\": \"a snapshot\"}, but longer than its header");
  {
    OpenCache cache(settings());

    EXPECT_EQ(cache.stats().entries, 0u);
    ASSERT_EQ(cache.logged().size(), 1u);
    EXPECT_NE(cache.logged()[0].find("no snapshot of this format"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(file_));
  }
}

TEST_F(LruSnapshot, AFileWritableByOtherUsersIsRefused) {
  save();
  ::chmod(file_.c_str(), 0622);

  OpenCache cache(settings());

  EXPECT_EQ(cache.stats().entries, 0u);
  ASSERT_EQ(cache.logged().size(), 1u);
  EXPECT_NE(cache.logged()[0].find("other users may write it"), std::string::npos);
}

TEST_F(LruSnapshot, AMissingFolderIsRefusedAtTheStart) {
  try {
    OpenCache cache(Settings{{"snapshot", (folder_ / "missing" / "file").string()}});
    FAIL() << "opened";
  } catch (const SettingError& error) {
    EXPECT_NE(std::string(error.what()).find("snapshot: cannot write in"), std::string::npos);
  }
}

TEST(LruSnapshotFormat, EveryChangedByteIsDetected) {
  const std::string bytes = bytesOf(1, {{"ns", "key", "value", LARDER_TTL_NONE}, {"ns", "other", "text", 1}});
  ASSERT_TRUE(isWhole(bytes));

  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] ^= 0x10;
    EXPECT_FALSE(isWhole(changed)) << i;
  }
}

TEST(LruSnapshotFormat, EveryTruncationIsDetected) {
  const std::string bytes = bytesOf(1, {{"ns", "key", "value", LARDER_TTL_NONE}});

  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(isWhole(std::string_view(bytes).substr(0, size))) << size;
  EXPECT_FALSE(isWhole(bytes + "x"));
}

}  // namespace
}  // namespace larder::lru_test
