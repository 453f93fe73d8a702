// SPDX-License-Identifier: Apache-2.0
//
// What `larder serve` refuses at its start, with one clear line and exit status 2.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "host_process.hpp"
#include "servers/text.hpp"

using larder::servers::TempDirectory;
using larder::system::Ended;
using larder::system::runLarder;

namespace {

using larder::servers::contentsOf;

void expectRefusal(const Ended& ended, const std::string& part) {
  EXPECT_EQ(ended.status, 2) << ended.output;
  EXPECT_NE(ended.output.find(part), std::string::npos) << ended.output;
  // One line gives the reason; log lines may precede it.
  EXPECT_TRUE(ended.output.ends_with('\n')) << ended.output;
  const auto last = ended.output.rfind('\n', ended.output.size() - 2) + 1;
  EXPECT_EQ(ended.output.find("larder: "), last) << ended.output;
}

// Runs `larder serve` with that file as its lru plugin.
Ended serveWithPlugin(const std::string& file) {
  return runLarder({"serve", "--set", "server.address=127.0.0.1:0", "--set",
                    "users.database=sqlite::memory:", "--set", "backends.lru.plugin=" + file});
}

}  // namespace

TEST(ServeRefuses, ATextFileAsPlugin) {
  const TempDirectory directory("larder-refusal");
  const auto file = directory.path() / "text.so";
  std::ofstream(file) << "words\n";

  expectRefusal(serveWithPlugin(file.string()), "is not a shared library");
}

TEST(ServeRefuses, ATruncatedPlugin) {
  const TempDirectory directory("larder-refusal");
  const auto file = directory.path() / "cut.so";
  const auto whole = contentsOf(LARDER_LRU_PLUGIN);
  std::ofstream(file, std::ios::binary) << whole.substr(0, whole.size() / 2);

  expectRefusal(serveWithPlugin(file.string()), "is cut short");
}

TEST(ServeRefuses, AnOptionFromTheEnvironmentWithItsVariable) {
  const TempDirectory directory("larder-refusal");
  const auto file = directory.path() / "secret";
  std::ofstream(file) << "many\n";
  const auto with = [](const std::string& variable, const std::string& value) {
    ::setenv(variable.c_str(), value.c_str(), 1);
    const auto ended = serveWithPlugin("lru");
    ::unsetenv(variable.c_str());
    return ended;
  };
  const std::string refusal = ": backends.lru.max_bytes: \"many\" is not a size";

  for (const std::string variable : {"LARDER_BACKENDS_LRU_MAX_BYTES", "LARDER_BACKENDS_LRU_MAX_BYTES_FILE"})
    expectRefusal(with(variable, variable.ends_with("_FILE") ? file.string() : "many"), variable + refusal);
}

TEST(ServeRefuses, APluginForAnotherAbi) {
  expectRefusal(serveWithPlugin(LARDER_OTHER_MAJOR_PLUGIN), "built for ABI 2.7, this host speaks 1.x");
}

TEST(ServeRefuses, APluginWhoseSha256IsNotInTheList) {
  expectRefusal(runLarder({"serve", "--set", "plugins.sha256=[\"" + std::string(64, '0') + "\"]"}),
                "its SHA-256 is not in the list of allowed ones");
}

TEST(ServeRefuses, AMissingPlugin) {
  expectRefusal(runLarder({"serve", "--backend", "nowhere"}), "no nowhere.so in");
}

TEST(ServeRefuses, AnOptionUnknownToThePlugin) {
  expectRefusal(runLarder({"serve", "--set", "backends.lru.max_byte=1MiB"}), "did you mean \"max_bytes\"?");
}

TEST(ServeRefuses, AnOptionOutOfRange) {
  expectRefusal(runLarder({"serve", "--backend", "redis", "--set", "backends.redis.max_pending=-1"}),
                "out of range");
}

TEST(ServeRefuses, AnUnknownKey) {
  expectRefusal(runLarder({"serve", "--set", "cache.expires=30s"}), "did you mean \"expire\"?");
}

TEST(ServeRefuses, AnUnknownKeyInAFileByItsLine) {
  const TempDirectory directory("larder-refusal");
  const auto file = directory.path() / "larder.toml";
  std::ofstream(file) << "[server]\naddress = \"127.0.0.1:0\"\nwokers = 3\n";

  expectRefusal(runLarder({"serve", "--config", file.string()}), "larder.toml:3");
}

TEST(ServeRefuses, AnExpiryOutOfRange) {
  expectRefusal(runLarder({"serve", "--set", "cache.expire=-5s"}), "cache.expire");
}

TEST(ServeRefuses, AnUnknownKindOfDatabase) {
  expectRefusal(runLarder({"serve", "--set", "users.database=oracle://x"}), "users.database");
}
