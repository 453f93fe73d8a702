// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <larder/key.hpp>

#include <algorithm>

using larder::KeyBuilder;

TEST(KeyBuilder, FieldsWithTheSameConcatenationMakeDifferentKeys) {
  EXPECT_NE(KeyBuilder().field("a=1:b").build().full(), KeyBuilder().field("a").field("1:b").build().full());
  EXPECT_NE(KeyBuilder().field("ab").field("c").build().full(),
            KeyBuilder().field("a").field("bc").build().full());
}

TEST(KeyBuilder, AbsentDiffersFromEmpty) {
  EXPECT_NE(KeyBuilder().absent().build().full(), KeyBuilder().field("").build().full());
}

TEST(KeyBuilder, ShortPrintableKeyIsStoredReadably) {
  const auto key = KeyBuilder().field("GET").field("/users").build();

  EXPECT_FALSE(key.hashed());
  EXPECT_EQ(key.stored(), "3:GET6:/users");
}

TEST(KeyBuilder, LongOrBinaryKeyIsStoredAsAPrintableHash) {
  for (const auto& field :
       {std::string(300, 'x'), std::string("a b"), std::string("\0\r\n", 3), std::string("\xff")}) {
    const auto key = KeyBuilder().field(field).build();

    EXPECT_TRUE(key.hashed());
    EXPECT_LE(key.stored().size(), 250u);
    EXPECT_TRUE(
        std::all_of(key.stored().begin(), key.stored().end(), [](char c) { return c > ' ' && c < '\x7f'; }));
  }
}

TEST(Key, FitsIfEveryByteIsPrintable) {
  EXPECT_TRUE(larder::Key::fits(""));
  for (std::size_t size = 1; size <= 20; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, '~');
        text[at] = static_cast<char>(byte);
        ASSERT_EQ(larder::Key::fits(text), byte > ' ' && byte < 0x7f)
            << "byte " << byte << " at " << at << " of " << size;
      }
}

TEST(Key, IsReadFromItsFullText) {
  for (const auto& key : {KeyBuilder().field("GET").absent().field("").field("a:b-7").build(),
                          KeyBuilder().field(std::string(300, 'x')).field("\x01").build()}) {
    const auto read = larder::Key::ofFull(key.full());

    ASSERT_TRUE(read) << key.full();
    EXPECT_EQ(read->full(), key.full());
    EXPECT_EQ(read->stored(), key.stored());
  }
}

TEST(Key, IsNotReadFromAnotherText) {
  for (const char* text :
       {"GET", "3:GE", "03:GET", "+1:a", "3", ":a", "#0123", "1:ab", " 1:a", "99999999999999999999:a"})
    EXPECT_FALSE(larder::Key::ofFull(text)) << text;
}
