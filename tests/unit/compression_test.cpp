// SPDX-License-Identifier: Apache-2.0
#include "entry/compression.hpp"

#include <larder/cache.hpp>
#include <larder/cached.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "entry/entry.hpp"
#include "open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;

namespace {

constexpr std::uint64_t kLimit = 1 << 20;

// Text that compresses to at most half its size.
std::string prose(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += "line " + std::to_string(i) + " of a page of many lines\n";
  text.resize(size);
  return text;
}

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(random());
  return bytes;
}

class CompressedValues : public ::testing::Test {
 protected:
  CacheResult get(Cache& cache, const std::string& value, std::optional<std::size_t> from = {}) {
    return cache.getOrCompute(
        {.nameSpace = "test", .key = key_, .expire = 1h, .compressFrom = from, .compute = [value] {
           return Computed{.payload = value};
         }});
  }
  std::string storedBytes() {
    const auto found = backend_->perform(
        {.code = OpCode::get, .nameSpace = "larder:test", .key = key_.stored()}, backend_->in(1s));
    return std::string(found.value.view());
  }
  void storeBytes(const std::string& bytes) {
    backend_->perform({.code = OpCode::set, .nameSpace = "larder:test", .key = key_.stored(), .value = bytes},
                      backend_->in(1s));
  }

  const Key key_ = KeyBuilder().field("k").build();
  conformance::ManualServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_LRU_PLUGIN, services_);
  Cache compressing_{backend_, {.compressFrom = 4096}};
  Cache plain_{backend_, {}};
};

}  // namespace

TEST(Compression, RoundTripsItsInput) {
  const auto text = prose(100'000);

  const auto packed = compress(text);

  ASSERT_TRUE(packed);
  EXPECT_LT(packed->size(), text.size() / 2);
  EXPECT_EQ(*decompress(*packed, text.size(), kLimit), text);
}

TEST(Compression, IsSkippedIfItSavesLessThanAnEighth) {
  EXPECT_FALSE(compress(noise(100'000)));
  EXPECT_FALSE(compress(noise(10'000) + prose(1000)));
  EXPECT_FALSE(compress(""));
}

TEST(Compression, RefusesEverySizeExceptTheRealOne) {
  const auto text = prose(5000);
  const auto packed = compress(text).value();

  for (const std::uint64_t size : {0u, 1u, 4999u, 5001u, 1u << 20})
    EXPECT_EQ(decompress(packed, size, kLimit), nullptr) << size;
}

TEST(Compression, NeverDecompressesABombBeyondTheLimit) {
  const std::string zeros(64 << 20, '\0');
  const auto bomb = compress(zeros).value();
  ASSERT_LT(bomb.size(), 10'000u);

  EXPECT_EQ(decompress(bomb, zeros.size(), kLimit), nullptr) << "it says how large it is";
  EXPECT_EQ(decompress(bomb, kLimit, kLimit), nullptr) << "it lies";
  EXPECT_EQ(decompress(bomb, ~std::uint64_t{0}, kLimit), nullptr);
}

TEST(Compression, RefusesTruncatedAndForeignBytes) {
  const auto text = prose(5000);
  const auto packed = compress(text).value();

  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_EQ(decompress(std::string(packed, 0, size), text.size(), kLimit), nullptr) << size;
  EXPECT_EQ(decompress(noise(5000), 5000, kLimit), nullptr);
}

// An in-memory store is trusted to keep bytes, so its entries are read without checking the checksum. Flipped
// bits may then yield other text, but never more or less of it, and the sanitizers watch.
TEST(Compression, OfFlippedBitsHasTheStatedSizeOrFails) {
  const auto text = prose(600);
  const auto packed = compress(text).value();
  int refused = 0;

  for (std::size_t bit = 0; bit < packed.size() * 8; ++bit) {
    auto bad = packed;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const auto plain = decompress(bad, text.size(), kLimit);
    if (plain == nullptr)
      ++refused;
    else
      EXPECT_EQ(plain->size(), text.size()) << bit;
  }

  EXPECT_GT(refused, 0);
}

TEST(CompressedEntry, FromANetworkIsRefusedIfFlippedOrTruncated) {
  const Key key = KeyBuilder().field("k").build();
  const auto text = prose(600);
  const auto packed = compress(text).value();
  const auto bytes = encodeEntry({.created = 1ms,
                                  .freshUntil = 2ms,
                                  .staleUntil = 3ms,
                                  .tags = {{"t", 7}},
                                  .payload = packed,
                                  .plainSize = text.size()},
                                 key);
  ASSERT_EQ(decodeEntry(bytes, key, true)->plainSize, text.size());

  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decodeEntry(std::string(bytes, 0, size), key, true)) << size;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto bad = bytes;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decodeEntry(bad, key, true)) << bit;
  }
  auto passed_for_plain = bytes;
  passed_for_plain[0] = 1;
  EXPECT_FALSE(decodeEntry(passed_for_plain, key, true));
}

TEST_F(CompressedValues, AreServedAsTheyWereComputed) {
  const auto text = prose(50'000);
  EXPECT_EQ(get(compressing_, text).payload.bytes(), text);

  const auto hit = get(compressing_, "another");

  EXPECT_EQ(hit.source, Source::hit);
  EXPECT_EQ(hit.payload.bytes(), text);
  EXPECT_LT(storedBytes().size(), text.size() / 2);
}

TEST_F(CompressedValues, AreCounted) {
  const auto text = prose(50'000);
  get(compressing_, text);

  EXPECT_EQ(compressing_.counters().compressed, 1u);
  EXPECT_EQ(compressing_.counters().bytesSaved,
            text.size() - (storedBytes().size() -
                           encodeEntry({.tags = {}, .payload = "", .plainSize = text.size()}, key_).size()));
}

TEST_F(CompressedValues, AreThoseOfAtLeastTheGivenSize) {
  get(compressing_, prose(4095));
  EXPECT_EQ(compressing_.counters().compressed, 0u);
  compressing_.erase("test", key_);

  get(compressing_, prose(4096));

  EXPECT_EQ(compressing_.counters().compressed, 1u);
}

TEST_F(CompressedValues, AreNotThoseThatWouldNotShrink) {
  get(compressing_, noise(50'000));

  EXPECT_EQ(compressing_.counters().compressed, 0u);
  EXPECT_EQ(get(compressing_, "").payload.bytes(), noise(50'000));
}

TEST_F(CompressedValues, AndPlainValuesAreReadableUnderAnyOptions) {
  const auto text = prose(50'000);
  get(compressing_, text);
  EXPECT_EQ(get(plain_, "another").payload.bytes(), text);
  plain_.erase("test", key_);

  get(plain_, text);

  EXPECT_EQ(get(compressing_, "another").payload.bytes(), text);
}

TEST_F(CompressedValues, AreChosenByTheRequestBeforeTheOptions) {
  get(compressing_, prose(50'000), 0);
  get(plain_, "x", 0);
  plain_.erase("test", key_);
  get(plain_, prose(50'000), 100);

  EXPECT_EQ(compressing_.counters().compressed, 0u);
  EXPECT_EQ(plain_.counters().compressed, 1u);
}

TEST_F(CompressedValues, ThatExceedTheValueLimitAreMisses) {
  const std::string zeros(16 << 20, '\0');
  const auto now = services_.clock().realtime();
  storeBytes(encodeEntry({.created = now,
                          .freshUntil = now + 1h,
                          .staleUntil = now + 1h,
                          .tags = {},
                          .payload = compress(zeros).value(),
                          .plainSize = zeros.size()},
                         key_));

  const auto result = get(plain_, "computed");

  EXPECT_EQ(result.source, Source::computed);
  EXPECT_EQ(get(plain_, "again").payload.bytes(), "computed") << "and are replaced";
}

TEST_F(CompressedValues, OfABatchAreCompressedToo) {
  const auto text = prose(50'000);
  BatchRequest request{
      .nameSpace = "test",
      .keys = {key_},
      .expire = 1h,
      .compressFrom = 4096,
      .compute = [&](std::span<const std::size_t>) { return std::vector<Computed>{{text}}; }};

  plain_.getOrComputeMany(request);

  EXPECT_EQ(plain_.counters().compressed, 1u);
  EXPECT_EQ(plain_.getOrComputeMany(request)[0].payload.bytes(), text);
}

TEST_F(CompressedValues, OfAFunctionAreEnabledByItsPolicy) {
  const auto page =
      cached(plain_, "page", larder::cache(1h).compress(4096), [](int) { return prose(50'000); });

  page(1);

  EXPECT_EQ(plain_.counters().compressed, 1u);
  EXPECT_EQ(page(1), prose(50'000));
}
