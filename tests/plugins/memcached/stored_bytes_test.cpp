// SPDX-License-Identifier: Apache-2.0
//
// How the plugin treats bytes on the server that another program changed.
#include "entry_header.hpp"
#include "generations.hpp"
#include "open_memcached.hpp"
#include "store_keys.hpp"

#include "servers/loopback.hpp"
#include "servers/memcached_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace larder::memcached_test {
namespace {

using namespace std::chrono_literals;

class StoredBytes : public ::testing::Test {
 protected:
  StoredBytes() : cache({server.url()}) {}

  std::string ask(const std::string& command) { return servers::askLoopback(server.port(), command, 2s); }

  /// Returns the value under a memcached key.
  std::string raw(const std::string& key) {
    const std::string reply = ask("get " + key + "\r\n");
    const auto begin = reply.find("\r\n");
    const auto end = reply.rfind("\r\nEND");
    return begin < end && end != std::string::npos ? reply.substr(begin + 2, end - begin - 2) : "";
  }

  void overwrite(const std::string& key, const std::string& bytes) {
    EXPECT_EQ(ask("set " + key + " 0 0 " + std::to_string(bytes.size()) + "\r\n" + bytes + "\r\n"),
              "STORED\r\n");
  }

  std::uint64_t generation() {
    return memcached::Generations::decode(raw(keys.generation("ns"))).value_or(memcached::kNoGeneration);
  }
  std::string keyOf(std::string_view key) { return keys.entry("ns", generation(), key); }

  servers::MemcachedServer server;
  OpenMemcached cache;
  memcached::StoreKeys keys{"larder:"};
};

TEST_F(StoredBytes, HaveTheDocumentedKeyAndFormat) {
  ASSERT_EQ(cache.set("k", "value"), Status::ok);

  const std::string bytes = raw(keyOf("k"));
  const auto entry = memcached::decode(bytes);

  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->key, "k");
  EXPECT_EQ(entry->value, "value");
}

TEST_F(StoredBytes, ForeignOnesAreAMissAndAreOverwritten) {
  ASSERT_EQ(cache.set("k", "value"), Status::ok);
  const std::string key = keyOf("k");
  for (const std::string& foreign : {std::string(), std::string("x"), std::string(500, 'x')}) {
    overwrite(key, foreign);

    EXPECT_EQ(cache.get("k").status, Status::miss) << foreign.size();
    EXPECT_EQ(cache.set("k", "again"), Status::ok);
    EXPECT_EQ(cache.valueOf("k"), "again");
  }
}

TEST_F(StoredBytes, TheEntryOfACollidingKeyIsAMiss) {
  ASSERT_EQ(cache.set("mine", "my value"), Status::ok);
  ASSERT_EQ(cache.set("other", "other value"), Status::ok);

  overwrite(keyOf("mine"), raw(keyOf("other")));

  EXPECT_EQ(cache.get("mine").status, Status::miss);
}

TEST_F(StoredBytes, AnEntryOfAnOlderGenerationIsAMissEvenUnderTheNewKey) {
  ASSERT_EQ(cache.set("k", "old"), Status::ok);
  const std::string old = raw(keyOf("k"));
  ASSERT_EQ(cache.clear(), Status::ok);

  overwrite(keyOf("k"), old);

  EXPECT_EQ(cache.get("k").status, Status::miss);
}

TEST_F(StoredBytes, ALostGenerationRestoresNoOldEntry) {
  ASSERT_EQ(cache.set("k", "old"), Status::ok);
  const auto before = generation();

  ASSERT_EQ(ask("delete " + keys.generation("ns") + "\r\n"), "DELETED\r\n");

  EXPECT_EQ(cache.get("k").status, Status::miss);
  EXPECT_NE(generation(), memcached::kNoGeneration);
  EXPECT_NE(generation(), before);
  EXPECT_EQ(cache.set("k", "new"), Status::ok);
  EXPECT_EQ(cache.valueOf("k"), "new");
}

TEST_F(StoredBytes, ADamagedGenerationIsReplaced) {
  ASSERT_EQ(cache.set("k", "old"), Status::ok);

  overwrite(keys.generation("ns"), "nonsense");

  EXPECT_EQ(cache.get("k").status, Status::miss);
  EXPECT_EQ(cache.set("k", "new"), Status::ok);
  EXPECT_EQ(cache.valueOf("k"), "new");
}

TEST_F(StoredBytes, AClearByAnotherClientIsSeenAtOnce) {
  OpenMemcached other({server.url()});
  ASSERT_EQ(cache.set("k", "old"), Status::ok);
  ASSERT_EQ(other.valueOf("k"), "old");

  ASSERT_EQ(other.clear(), Status::ok);

  EXPECT_EQ(cache.get("k").status, Status::miss);
  EXPECT_EQ(cache.set("l", "new"), Status::ok);
  EXPECT_EQ(other.valueOf("l"), "new");
}

// A write that still uses the old generation must not be lost.
TEST_F(StoredBytes, AWriteRightAfterAClearByAnotherClientIsKept) {
  OpenMemcached other({server.url()});
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(cache.set("k", "before"), Status::ok);
    ASSERT_EQ(other.clear(), Status::ok);
    ASSERT_EQ(cache.set("k", "after"), Status::ok);
    ASSERT_EQ(other.valueOf("k"), "after") << i;
  }
}

TEST_F(StoredBytes, TheLargestValueFitsWithTheLongestNames) {
  const std::string key(1024, 'k');
  const std::string value(cache.backend().maxValueSize(), 'v');
  const std::string name_space(1024, 'n');
  Operation write;
  write.code = OpCode::set;
  write.nameSpace = name_space;
  write.key = key;
  write.value = value;

  const Outcome outcome = cache.backend().perform(write, cache.backend().in(2s));

  EXPECT_EQ(outcome.status, Status::ok) << outcome.error;
}

TEST_F(StoredBytes, AValueTooLargeForTheServerIsReportedAsTooLarge) {
  OpenMemcached generous({server.url()}, {{"max_value", {"4MiB"}}});

  EXPECT_EQ(generous.set("k", std::string(2 << 20, 'v')), Status::tooLarge);
  EXPECT_EQ(generous.set("k", "fits"), Status::ok);
}

}  // namespace
}  // namespace larder::memcached_test
