// SPDX-License-Identifier: Apache-2.0
#include "http/head_scanner.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace larder::http;

TEST(HeadScanner, TreatsAFieldByteTheSameAtEveryPosition) {
  for (int byte = 0; byte < 256; ++byte)
    for (std::size_t before = 0; before <= 16; ++before) {
      HeadScanner scanner({});
      const auto head = "GET / HTTP/1.1\r\nX: " + std::string(before, 'a') + static_cast<char>(byte) +
                        std::string(16, 'a') + "\r\n\r\n";
      const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
      ASSERT_EQ(scanner.scan(head), control ? HeadScanner::Verdict::refused : HeadScanner::Verdict::complete)
          << byte << " after " << before;
    }
}
