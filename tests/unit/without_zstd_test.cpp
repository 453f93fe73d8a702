// SPDX-License-Identifier: Apache-2.0
//
// A library built without zstd, on a store shared with hosts that have zstd.
#include <larder/byte_stream.hpp>
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;

namespace {

// Version 4, as in entry.hpp, with a zstd frame that contains "hello" uncompressed.
std::string compressedEntry(const Key& key, std::chrono::milliseconds now) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.integer(std::uint8_t{4});
  writer.integer(std::uint64_t{0});  // a checksum; not compared in memory
  writer.integer(std::int64_t{now.count()});
  writer.integer(std::int64_t{(now + 1h).count()});
  writer.integer(std::int64_t{(now + 1h).count()});
  writer.integer(std::uint32_t{0});  // tags
  writer.sized(key.full());
  writer.integer(std::uint64_t{5});
  writer.raw(std::string_view("\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello", 14));
  return bytes;
}

}  // namespace

TEST(WithoutZstd, ACompressedEntryIsAMissAndIsReplaced) {
  HostServices services;
  const auto backend = openBackend(LARDER_LRU_PLUGIN, services);
  const Key key = KeyBuilder().field("k").build();
  backend->perform({.code = OpCode::set,
                    .nameSpace = "larder:test",
                    .key = key.stored(),
                    .value = compressedEntry(key, services.clock().realtime())},
                   backend->in(1s));
  Cache cache(backend, {});
  const auto get = [&](const std::string& value) {
    return cache.getOrCompute({.nameSpace = "test", .key = key, .expire = 1h, .compute = [value] {
                                 return Computed{.payload = value};
                               }});
  };

  if (canCompress()) {  // run with the other library, the same test proves the entry valid
    EXPECT_EQ(get("computed").payload.bytes(), "hello");
    return;
  }
  EXPECT_EQ(get("computed").source, Source::computed);
  EXPECT_EQ(get("again").payload.bytes(), "computed");
}

TEST(WithoutZstd, RequestingCompressionFailsAtOnce) {
  if (canCompress()) GTEST_SKIP() << "this library has it";
  HostServices services;

  EXPECT_THROW(larder::cache(1s).compress(4096), std::invalid_argument);
  EXPECT_THROW(Cache(openBackend(LARDER_LRU_PLUGIN, services), {.compressFrom = 4096}),
               std::invalid_argument);
  EXPECT_NO_THROW(larder::cache(1s).compress(0));
}
