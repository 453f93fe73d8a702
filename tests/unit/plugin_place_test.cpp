// SPDX-License-Identifier: Apache-2.0
//
// Who may be able to write a plugin, judged by the results of stat; no file is touched.
#include <gtest/gtest.h>

#include "loading/plugin_place.hpp"

using namespace larder;

namespace {

constexpr uid_t kRoot = 0;
constexpr uid_t kService = 900;
constexpr uid_t kStranger = 1234;
constexpr gid_t kGroup = 77;

struct stat fileOf(uid_t owner, mode_t permissions, gid_t group = kGroup) {
  struct stat status {};
  status.st_mode = S_IFREG | permissions;
  status.st_uid = owner;
  status.st_gid = group;
  return status;
}

struct stat folderOf(uid_t owner, mode_t permissions, gid_t group = kGroup) {
  auto status = fileOf(owner, permissions, group);
  status.st_mode = S_IFDIR | permissions;
  return status;
}

enum class Verdict { accepted, warning, refused };

Verdict judge(const struct stat& status, const LoadingProcess& process) {
  const auto fault = judgePlace("/p/x.so", status, process);
  if (!fault) return Verdict::accepted;
  return fault->refused ? Verdict::refused : Verdict::warning;
}

}  // namespace

TEST(PluginPlace, OwnersAreRootAndTheEffectiveUser) {
  const LoadingProcess service{.user = kService};

  EXPECT_EQ(judge(fileOf(kRoot, 0755), service), Verdict::accepted);
  EXPECT_EQ(judge(fileOf(kService, 0755), service), Verdict::accepted);
  EXPECT_EQ(judge(fileOf(kStranger, 0755), service), Verdict::refused);
  EXPECT_EQ(judge(fileOf(kService, 0755), {.user = kRoot}), Verdict::refused);
  EXPECT_EQ(judge(folderOf(kStranger, 0755), service), Verdict::refused);
}

TEST(PluginPlace, TheProgramsOwnerGetsAWarning) {
  const LoadingProcess process{.user = kRoot, .programOwners = {kRoot, kStranger}};
  const LoadingProcess strict{.user = kRoot, .strict = true, .programOwners = {kRoot, kStranger}};

  EXPECT_EQ(judge(fileOf(kStranger, 0755), process), Verdict::warning);
  EXPECT_EQ(judge(fileOf(kStranger, 0755), strict), Verdict::refused);
  EXPECT_EQ(judge(fileOf(kStranger, 0775), process), Verdict::refused);  // because of its group
}

TEST(PluginPlace, NothingMayBeWorldWritable) {
  for (const uid_t user : {kRoot, kService}) {
    EXPECT_EQ(judge(fileOf(user, 0757), {.user = user}), Verdict::refused);
    EXPECT_EQ(judge(folderOf(user, 0757), {.user = user}), Verdict::refused);
    EXPECT_EQ(judge(fileOf(user, 0757), {.user = user, .programOwners = {user}}), Verdict::refused);
  }
}

TEST(PluginPlace, AStickyFolderMayBeWritableIfItsOwnerIsTrusted) {
  EXPECT_EQ(judge(folderOf(kRoot, 01777), {.user = kService}), Verdict::accepted);
  EXPECT_EQ(judge(folderOf(kRoot, 01775), {.user = kRoot}), Verdict::accepted);
  EXPECT_EQ(judge(folderOf(kStranger, 01777), {.user = kService}), Verdict::refused);
}

TEST(PluginPlace, TheStickyBitOfAFileHasNoEffect) {
  EXPECT_EQ(judge(fileOf(kRoot, 01777), {.user = kRoot}), Verdict::refused);
}

TEST(PluginPlace, AWritableGroupIsRefusedForRootAndAWarningForOthers) {
  EXPECT_EQ(judge(fileOf(kRoot, 0775), {.user = kRoot}), Verdict::refused);
  EXPECT_EQ(judge(folderOf(kRoot, 0775), {.user = kRoot}), Verdict::refused);
  EXPECT_EQ(judge(fileOf(kService, 0775), {.user = kService}), Verdict::warning);
  EXPECT_EQ(judge(fileOf(kService, 0775), {.user = kService, .strict = true}), Verdict::refused);
}

TEST(PluginPlace, AGroupThatMayWriteTheRunningProgramGetsAWarning) {
  EXPECT_EQ(judge(fileOf(kRoot, 0775), {.user = kRoot, .programGroups = {kGroup}}), Verdict::warning);
  EXPECT_EQ(judge(fileOf(kRoot, 0775), {.user = kRoot, .strict = true, .programGroups = {kGroup}}),
            Verdict::refused);
}

TEST(PluginPlace, TheGroupOfRootIsAllowed) {
  EXPECT_EQ(judge(folderOf(kRoot, 0775, 0), {.user = kRoot, .strict = true}), Verdict::accepted);
}

TEST(PluginPlace, TheMessageNamesTheCommandToRun) {
  EXPECT_EQ(judgePlace("/p/x.so", fileOf(kRoot, 0757), {.user = kRoot})->what,
            "is writable by every user; run: chmod o-w /p/x.so");
  EXPECT_EQ(judgePlace("/p/x.so", fileOf(kRoot, 0775), {.user = kRoot})->what,
            "is writable by group 77; run: chmod g-w /p/x.so");
  EXPECT_EQ(judgePlace("/p/x.so", fileOf(kStranger, 0755), {.user = kRoot})->what,
            "is owned by user 1234, neither root nor the user of this process; run: chown root /p/x.so");
}
