// SPDX-License-Identifier: Apache-2.0
#include "namespaces.hpp"

#include <gtest/gtest.h>

#include <string>

namespace larder::redis {
namespace {

TEST(StoredKey, ParsesTheKeysOfANamespace) {
  for (const std::string name : {"users", "", "a}:b", "3:x"})
    for (const std::string key : {"7", "", "generation", "a:b{c}"}) {
      Namespaces namespaces(KeyForm::server, "larder:", 10);
      Namespace& space = namespaces.find(name);
      const auto entry = space.entryStart(generationOf(7)) + key;

      const auto read = readStoredKey(KeyForm::server, "larder:", entry);
      const auto generation = readStoredKey(KeyForm::server, "larder:", space.generationKey);

      ASSERT_TRUE(read && read->key) << entry;
      EXPECT_EQ(read->nameSpace, name);
      EXPECT_EQ(*read->key, key);
      ASSERT_TRUE(generation) << space.generationKey;
      EXPECT_EQ(generation->nameSpace, name);
      EXPECT_FALSE(generation->key);
    }
}

TEST(StoredKey, ALockIsNeitherAnEntryNorAGeneration) {
  for (const std::string lock : {"report", "", "eleven bytes"})
    EXPECT_FALSE(readStoredKey(KeyForm::server,
                               "larder:", startOfLocks(KeyForm::server, "larder:", "users") + lock + ":7"))
        << lock;
  EXPECT_FALSE(readStoredKey(KeyForm::server,
                             "larder:", startOfLocks(KeyForm::server, "larder:", "users") + "0123456789a:7"));
}

TEST(StoredKey, AForeignKeyIsRejected) {
  for (const auto* text : {"", "larder:", "larder:{", "larder:{5:users", "larder:{9:users}:generation",
                           "larder:{5:users}:short:7", "other:{5:users}:generation",
                           "larder:{-1:}:generation", "larder:{99999999999999999999999:a}:generation"})
    EXPECT_FALSE(readStoredKey(KeyForm::server, "larder:", text)) << text;
}

}  // namespace
}  // namespace larder::redis
