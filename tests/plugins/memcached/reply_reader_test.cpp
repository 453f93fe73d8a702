// SPDX-License-Identifier: Apache-2.0
#include "reply_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace larder::memcached {
namespace {

/// Feeds `bytes` to the reader in pieces of at most `piece`. Returns its parts as text, "nonsense" last.
std::vector<std::string> partsOf(ReplyReader& reader, std::string_view bytes, std::size_t piece) {
  std::vector<std::string> parts;
  for (;;) {
    ReplyPart part;
    const auto next = reader.next(part);
    if (next == ReplyReader::Next::part) {
      const bool isValue = part.kind == ReplyPart::Kind::value;
      std::string text = (isValue ? "value " : "line ") + std::string(part.text);
      if (isValue) text += " " + std::to_string(part.cas) + " " + std::string(part.bytes.get(), part.size);
      parts.push_back(text);
      continue;
    }
    if (next == ReplyReader::Next::nonsense) {
      parts.emplace_back("nonsense");
      return parts;
    }
    if (bytes.empty()) return parts;
    const auto room = reader.room();
    const auto size = std::min({piece, bytes.size(), room.size()});
    std::memcpy(room.data(), bytes.data(), size);
    reader.received(size);
    bytes.remove_prefix(size);
  }
}

std::vector<std::string> partsOf(std::string_view bytes) {
  ReplyReader reader;
  return partsOf(reader, bytes, bytes.size());
}

using Parts = std::vector<std::string>;
const std::string kWholeReply =
    "VALUE one 0 3 7\r\nabc\r\nVALUE two 5 4 18446744073709551615\r\n\r\n\r\n\r\nEND\r\nSTORED\r\n";
const Parts kWholeParts{"value one 7 abc", "value two 18446744073709551615 \r\n\r\n", "line END",
                        "line STORED"};

TEST(ReplyReader, ValuesAndLinesComeInOrder) { EXPECT_EQ(partsOf(kWholeReply), kWholeParts); }

TEST(ReplyReader, AReplyMayBeSplitAnywhere) {
  for (std::size_t piece = 1; piece <= kWholeReply.size(); ++piece) {
    ReplyReader reader;
    EXPECT_EQ(partsOf(reader, kWholeReply, piece), kWholeParts) << piece;
    EXPECT_TRUE(reader.isEmpty()) << piece;
  }
}

TEST(ReplyReader, AValueLargerThanTheBufferIsReadWhole) {
  const std::string value(300'000, 'v');
  ReplyReader reader;

  const auto parts = partsOf(reader, "VALUE k 0 300000 1\r\n" + value + "\r\nEND\r\n", 100'000);

  EXPECT_EQ(parts, (Parts{"value k 1 " + value, "line END"}));
}

TEST(ReplyReader, AnEmptyValueIsAValue) { EXPECT_EQ(partsOf("VALUE k 0 0 1\r\n\r\n"), Parts{"value k 1 "}); }

TEST(ReplyReader, BytesAfterAReplyAreLeftOver) {
  ReplyReader reader;
  ReplyPart part;
  const std::string_view bytes = "END\r\nEN";
  std::memcpy(reader.room().data(), bytes.data(), bytes.size());
  reader.received(bytes.size());

  ASSERT_EQ(reader.next(part), ReplyReader::Next::part);

  EXPECT_FALSE(reader.isEmpty());
}

TEST(ReplyReader, HalfAValueIsLeftOver) {
  ReplyReader reader;
  EXPECT_EQ(partsOf(reader, "VALUE k 0 9 1\r\nabc", 100), Parts{});

  EXPECT_FALSE(reader.isEmpty());
}

TEST(ReplyReader, AForgottenReplyLeavesNothing) {
  ReplyReader reader;
  partsOf(reader, "VALUE k 0 9 1\r\nabc", 100);

  reader.forget();

  EXPECT_TRUE(reader.isEmpty());
  EXPECT_EQ(partsOf(reader, "END\r\n", 100), Parts{"line END"});
}

TEST(ReplyReader, AHeaderThatMemcachedNeverSendsIsNonsense) {
  for (const char* head :
       {"VALUE ", "VALUE k", "VALUE k 0", "VALUE k 0 1", "VALUE k 0 1 ", "VALUE k 0 1 2 3", "VALUE  0 1 2",
        "VALUE k x 1 2", "VALUE k 0 -1 2", "VALUE k 0 +1 2", "VALUE k 0 1 2x", "VALUE k 4294967296 1 2",
        "VALUE k 0 1 18446744073709551616", "VALUE k 0 99999999999999999999 2"})
    EXPECT_EQ(partsOf(std::string(head) + "\r\nx\r\n").front(), "nonsense") << head;
}

TEST(ReplyReader, AKeyBeyondTheLimitIsNonsense) {
  const std::string longest(256, 'k');

  EXPECT_EQ(partsOf("VALUE " + longest + " 0 1 2\r\nx\r\n"), Parts{"value " + longest + " 2 x"});
  EXPECT_EQ(partsOf("VALUE " + longest + "k 0 1 2\r\nx\r\n"), Parts{"nonsense"});
}

TEST(ReplyReader, AValueWithoutItsTerminatorIsNonsense) {
  EXPECT_EQ(partsOf("VALUE k 0 1 2\r\nxyz\r\n"), Parts{"nonsense"});
  EXPECT_EQ(partsOf("VALUE k 0 1 2\r\nx\n\nEND\r\n"), Parts{"nonsense"});
}

TEST(ReplyReader, AValueLargerThanTheLimitIsNonsense) {
  ReplyReader reader(4);

  EXPECT_EQ(partsOf(reader, "VALUE k 0 4 1\r\nabcd\r\nVALUE k 0 5 1\r\n", 100),
            (Parts{"value k 1 abcd", "nonsense"}));
}

TEST(ReplyReader, AnEndlessLineIsNonsense) {
  EXPECT_EQ(partsOf(std::string(2048, 'x')), Parts{});
  EXPECT_EQ(partsOf(std::string(2049, 'x')), Parts{"nonsense"});
}

}  // namespace
}  // namespace larder::memcached
