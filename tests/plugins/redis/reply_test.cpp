// SPDX-License-Identifier: Apache-2.0
#include "reply.hpp"

#include <gtest/gtest.h>

namespace larder::redis {
namespace {

TEST(Reply, AnErrorsFirstWordDecidesTheStatus) {
  EXPECT_EQ(statusOfError("NOAUTH Authentication required."), LARDER_AUTH);
  EXPECT_EQ(statusOfError("WRONGPASS invalid username-password pair"), LARDER_AUTH);
  EXPECT_EQ(statusOfError("OOM command not allowed when used memory > 'maxmemory'."), LARDER_NO_MEMORY);
  EXPECT_EQ(statusOfError("LOADING Redis is loading the dataset in memory"), LARDER_UNAVAILABLE);
  EXPECT_EQ(statusOfError("READONLY You can't write against a read only replica."), LARDER_UNAVAILABLE);
  EXPECT_EQ(statusOfError("MOVED 3999 127.0.0.1:6381"), LARDER_PROTOCOL);
  EXPECT_EQ(statusOfError("ERR unknown command"), LARDER_PROTOCOL);
  EXPECT_EQ(statusOfError(""), LARDER_PROTOCOL);
}

TEST(Reply, AnErrorOfAServerThatCannotServeAsksForAnotherServer) {
  EXPECT_TRUE(asksForAnotherServer("READONLY You can't write against a read only replica."));
  EXPECT_TRUE(
      asksForAnotherServer("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is 'no'."));
  EXPECT_TRUE(asksForAnotherServer("LOADING Redis is loading the dataset in memory"));
  EXPECT_TRUE(asksForAnotherServer("CLUSTERDOWN Hash slot not served"));
  EXPECT_FALSE(asksForAnotherServer("MISCONF Redis is configured to save RDB snapshots"));
  EXPECT_FALSE(asksForAnotherServer("OOM command not allowed when used memory > 'maxmemory'."));
  EXPECT_FALSE(asksForAnotherServer(""));
}

TEST(Reply, ThePublicTextContainsNoArguments) {
  EXPECT_EQ(publicText("ERR unknown command 'GTE', with args beginning with: 'users:7' "),
            "ERR unknown command ");
  EXPECT_EQ(publicText("MOVED 3999 127.0.0.1:6381"), "MOVED");
  EXPECT_EQ(publicText("users:7 is no error code"), "an error without a code");
  EXPECT_EQ(publicText("ERR value is not an integer"), "ERR value is not an integer");
}

TEST(Reply, AVersionIsStoredTheSameWayOnEveryMachine) {
  EXPECT_EQ(encodeVersion(0x0102030405060708U), std::string("\x08\x07\x06\x05\x04\x03\x02\x01", 8));
  EXPECT_EQ(decodeVersion(encodeVersion(0xfedcba9876543210U)), 0xfedcba9876543210U);
}

}  // namespace
}  // namespace larder::redis
