// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"
#include "raw_backend.hpp"

#include <array>
#include <string>

namespace larder::conformance {
namespace {

using Configuration = Conformance;

class Refusals : public Conformance {
 protected:
  // Returns the error of opening with that setting added; empty if opening succeeds.
  std::string refusalOf(const std::string& name, const std::string& value) {
    auto settings = subject().settings;
    settings[name] = {value};
    try {
      Backend::open(subject().library, "subject", settings, services());
      return "";
    } catch (const SettingError& error) {
      return error.what();
    }
  }
};

std::string outOfRange(const PluginOption& option) {
  switch (option.type) {
    case LARDER_OPTION_STRING: return std::string(static_cast<std::size_t>(option.max) + 1, 'x');
    case LARDER_OPTION_DURATION: return std::to_string(option.max + 1) + "ms";
    default: return std::to_string(option.max + 1);
  }
}

TEST_F(Configuration, EveryOptionIsDescribed) {
  for (const auto& option : subject().library->options()) {
    EXPECT_FALSE(option.name.empty());
    EXPECT_EQ(option.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
    EXPECT_FALSE(option.doc.empty()) << option.name;
    EXPECT_EQ(option.doc.find('\n'), std::string::npos) << option.name;
    EXPECT_LE(option.type, LARDER_OPTION_SIZE) << option.name;
    EXPECT_LE(option.min, option.max) << option.name;
    EXPECT_FALSE(option.required && !option.defaultValue.empty()) << option.name;
  }
}

TEST_F(Configuration, ThePluginNamesItsVendorAndLicense) {
  EXPECT_FALSE(subject().library->vendor().empty());
  EXPECT_FALSE(subject().library->license().empty());
}

TEST_F(Configuration, TheDescriptorMatchesTheNote) {
  const auto& note = subject().library->note();
  const auto& descriptor = subject().library->descriptor();
  const auto text = [](const larder_bytes& bytes) { return std::string(bytes.data, bytes.size); };

  EXPECT_EQ(text(descriptor.name), note.name);
  EXPECT_EQ(text(descriptor.version), note.version);
  EXPECT_EQ(descriptor.abi_major, note.abiMajor);
  EXPECT_EQ(descriptor.abi_minor, note.abiMinor);
}

TEST_F(Refusals, AnUnknownSettingIsRefusedByName) {
  EXPECT_NE(refusalOf("no_such_setting", "1").find("no_such_setting"), std::string::npos);
}

TEST_F(Refusals, ThePluginItselfRefusesAnUnknownSettingByName) {
  RawSettings settings(*subject().library, subject().settings);
  settings.add("no_such_setting", "1", 1);
  std::array<char, 512> text{};
  larder_text error{text.data(), static_cast<std::uint32_t>(text.size()), 0};
  const larder_backend* made = nullptr;

  const auto status = subject().library->descriptor().create(
      &plainHost(), settings.list().data(), static_cast<std::uint32_t>(settings.list().size()), &error,
      &made);

  EXPECT_EQ(status, LARDER_CONFIG);
  EXPECT_EQ(made, nullptr);
  EXPECT_NE(std::string(text.data(), error.size).find("no_such_setting"), std::string::npos);
}

TEST_F(Refusals, AnErrorTextFitsTheHostsBuffer) {
  RawSettings settings(*subject().library, subject().settings);
  settings.add(std::string(1000, 'n'), "1", 1);
  std::array<char, 16> text;
  text.fill('#');
  larder_text error{text.data(), 8, 0};
  const larder_backend* made = nullptr;

  const auto status = subject().library->descriptor().create(
      &plainHost(), settings.list().data(), static_cast<std::uint32_t>(settings.list().size()), &error,
      &made);

  EXPECT_EQ(status, LARDER_CONFIG);
  EXPECT_LE(error.size, 8u);
  EXPECT_EQ(std::string(text.data() + 8, 8), "########");
}

TEST_F(Refusals, AWrongTypeIsRefusedByName) {
  int tried = 0;
  for (const auto& option : subject().library->options()) {
    if (option.type == LARDER_OPTION_STRING) continue;
    EXPECT_NE(refusalOf(option.name, "many").find(option.name), std::string::npos) << option.name;
    ++tried;
  }
  if (tried == 0) GTEST_SKIP() << "the plugin has text options only";
}

TEST_F(Refusals, AValueOutOfRangeIsRefusedByName) {
  int tried = 0;
  for (const auto& option : subject().library->options()) {
    if (option.min >= option.max) continue;
    EXPECT_NE(refusalOf(option.name, outOfRange(option)).find(option.name), std::string::npos) << option.name;
    ++tried;
  }
  if (tried == 0) GTEST_SKIP() << "no option of the plugin has a range";
}

TEST_F(Refusals, ASettingOfAMegabyteIsAcceptedOrRefusedWithoutHarm) {
  for (const auto& option : subject().library->options()) {
    if (option.type != LARDER_OPTION_STRING) continue;
    const std::string huge(1 << 20, 'x');
    const auto refusal = refusalOf(option.name, huge);
    EXPECT_EQ(refusal.find(option.secret ? huge.substr(0, 64) : huge), std::string::npos)
        << option.name << ": the error repeats the value";
  }
  EXPECT_EQ(set("k", "value").status, Status::ok);
}

}  // namespace
}  // namespace larder::conformance
