// SPDX-License-Identifier: Apache-2.0
#include "users/concurrent_tries.hpp"
#include "users/password.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string>

namespace larder::users {
namespace {

constexpr ScryptCost kCheap{.logN = 4, .r = 8, .p = 1};

// Measures this thread's processor time only, whatever else the machine is doing.
std::chrono::nanoseconds cpuTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

TEST(Passwords, MatchOnlyTheirOwnHash) {
  const PasswordHasher passwords(kCheap);
  const auto hash = passwords.hash("correct horse");

  EXPECT_TRUE(passwords.matches("correct horse", hash));
  EXPECT_FALSE(passwords.matches("correct horsf", hash));
  EXPECT_FALSE(passwords.matches("", hash));
  EXPECT_FALSE(passwords.matches("correct horse", std::nullopt));
}

TEST(Passwords, HashTheSameTextDifferentlyAndRevealNothing) {
  const PasswordHasher passwords(kCheap);
  const auto hash = passwords.hash("correct horse");

  EXPECT_NE(hash, passwords.hash("correct horse"));
  EXPECT_TRUE(hash.text.starts_with("scrypt$4$8$1$")) << hash.text;
  EXPECT_EQ(hash.text.find("horse"), std::string::npos);
}

TEST(Passwords, ThatWereHashedAtAnotherCostStillMatch) {
  const auto old = PasswordHasher(kCheap).hash("correct horse");

  EXPECT_TRUE(PasswordHasher({.logN = 5, .r = 8, .p = 2}).matches("correct horse", old));
}

// RFC 7914 12, the second vector: scrypt("password", "NaCl", N=1024, r=8, p=16), its first 32 bytes.
TEST(Passwords, AreHashedByScrypt) {
  const PasswordHash known{"scrypt$10$8$16$NaCl$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI="};

  EXPECT_TRUE(PasswordHasher(kCheap).matches("password", known));
}

TEST(Passwords, MatchNoDamagedHash) {
  const PasswordHasher passwords(kCheap);
  for (const char* text : {"", "scrypt", "scrypt$4$8$1$salt", "plain$4$8$1$salt$key", "scrypt$0$8$1$salt$key",
                           "scrypt$99$8$1$salt$key", "scrypt$4$8$1$salt$key$more", "scrypt$4$8$1$salt$"})
    EXPECT_FALSE(passwords.matches("key", PasswordHash{text})) << text;
}

TEST(Passwords, TakeTheSameTimeForAUserWithoutOne) {
  const PasswordHasher passwords({.logN = 13, .r = 8, .p = 2});
  const auto hash = passwords.hash("correct horse");
  const auto timeOf = [&](const std::optional<PasswordHash>& against) {
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < 5; ++i) {
      const auto start = cpuTime();
      EXPECT_FALSE(passwords.matches("wrong", against));
      best = std::min(best, cpuTime() - start);
    }
    return std::chrono::duration<double>(best).count();
  };

  const double with = timeOf(hash);
  const double without = timeOf(std::nullopt);

  EXPECT_GT(without, with / 2);
  EXPECT_LT(without, with * 2);
}

}  // namespace
TEST(ConcurrentTries, LeaveRoomForOtherClients) {
  ConcurrentTries tries(2);
  auto first = tries.begin("192.0.2.1");
  auto second = tries.begin("192.0.2.1");

  EXPECT_TRUE(first && second);
  EXPECT_FALSE(tries.begin("192.0.2.1"));
  EXPECT_TRUE(tries.begin("192.0.2.2"));
  second.reset();
  EXPECT_TRUE(tries.begin("192.0.2.1"));
}

}  // namespace larder::users
