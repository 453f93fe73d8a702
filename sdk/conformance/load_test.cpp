// SPDX-License-Identifier: Apache-2.0
//
// Loading a plugin's file, before a backend opens. These tests start in a process in which it is not loaded.
#include "elf_image.hpp"
#include "fixture.hpp"
#include "forked.hpp"
#include "process_snapshot.hpp"
#include "raw_backend.hpp"

#include <larder/quantity.hpp>

#include <dlfcn.h>

#include <array>
#include <chrono>
#include <cstring>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

namespace larder::conformance {
namespace {

using std::chrono::steady_clock;

class Load : public SubjectTest {
 protected:
  // Rejects a file built for another ABI, or one that is not a plugin, before any of its code runs.
  static void judgeNote() {
    if (readPluginNote(subject().file).abiMajor != LARDER_ABI_MAJOR)
      throw std::runtime_error("it is built for another ABI, so it is not loaded");
  }

  // Loads the library as a host does and keeps it loaded.
  static larder_entry openEntry() {
    judgeNote();
    void* library = ::dlopen(subject().file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) throw std::runtime_error(std::string("it cannot be loaded: ") + ::dlerror());
    void* symbol = ::dlsym(library, LARDER_ENTRY_NAME);
    if (symbol == nullptr) throw std::runtime_error("it does not export " LARDER_ENTRY_NAME);
    return reinterpret_cast<larder_entry>(symbol);
  }
};

TEST_F(Load, TheNoteNamesThisAbi) {
  const auto note = readPluginNote(subject().file);

  EXPECT_EQ(note.abiMajor, LARDER_ABI_MAJOR);
  EXPECT_LE(note.minHostMinor, LARDER_ABI_MINOR) << "the plugin needs a newer host than this one";
  EXPECT_LE(note.minHostMinor, note.abiMinor)
      << "the plugin needs a newer host than the one it was built for";
  EXPECT_FALSE(note.name.empty());
  EXPECT_EQ(note.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_"), std::string::npos)
      << note.name;
  EXPECT_FALSE(note.version.empty());
  EXPECT_FALSE(note.build.empty());
}

TEST_F(Load, TheNoteOfSchemesIsValid) {
  const auto schemes = schemesNote(subject().file);
  if (!schemes) GTEST_SKIP() << "the plugin has no schemes note: its name is its scheme";

  // A host ignores invalid schemes when it reads the note.
  std::string read;
  for (const auto& scheme : readPluginNote(subject().file).schemes)
    read += (read.empty() ? "" : ",") + scheme;
  EXPECT_FALSE(read.empty());
  EXPECT_EQ(*schemes, read)
      << "schemes begin with a letter, contain only a-z, 0-9, +, - and ., and are separated by commas";
}

TEST_F(Load, IsAcceptedByTheHost) { EXPECT_NO_THROW(subject().load()); }

TEST_F(Load, ExportsOnlyTheEntryPoint) {
  EXPECT_EQ(exportedSymbols(subject().file), std::vector<std::string>{LARDER_ENTRY_NAME})
      << "any other symbol may replace one of the host or of another plugin";
}

TEST_F(Load, HasNoExecutableStack) {
  EXPECT_FALSE(wantsExecutableStack(subject().file)) << "link the plugin with -z noexecstack";
}

TEST_F(Load, ChangesNothingInTheProcess) {
  ProcessSnapshot before;
  before.withThreadsAndFiles();

  openEntry()(LARDER_ABI_MINOR);

  ProcessSnapshot after;
  for (const auto& difference : before.differencesTo(after.withThreadsAndFiles()))
    ADD_FAILURE() << "loading the plugin changed the process: " << difference;
}

TEST_F(Load, IsQuick) {
  judgeNote();
  const auto load = [] {
    const auto begin = steady_clock::now();
    openEntry()(LARDER_ABI_MINOR);
    return steady_clock::now() - begin < tolerance(100ms) ? 0 : 1;
  };

  // Retries, because a loaded machine is not a fault of the plugin.
  auto end = endOfFork(load, 30s);
  for (int tries = 0; tries < 4 && end != "exit 0"; ++tries) end = endOfFork(load, 30s);

  EXPECT_EQ(end, "exit 0") << "loading the plugin takes longer than 100 ms";
}

TEST_F(Load, ReturnsTheSameDescriptorEachTimeAndOnTwoThreads) {
  const auto entry = openEntry();
  std::array<const larder_plugin*, 2> answers{};
  {
    std::jthread one([&] { answers[0] = entry(LARDER_ABI_MINOR); });
    std::jthread two([&] { answers[1] = entry(LARDER_ABI_MINOR); });
  }

  ASSERT_NE(answers[0], nullptr);
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(entry(LARDER_ABI_MINOR), answers[0]);
}

TEST_F(Load, AcceptsANewerHostWithALongerTable) {
  struct NewerHost {
    larder_host known;
    unsigned char later[256];
  };
  static NewerHost host;
  std::memset(&host, 0xa5, sizeof host);
  host.known = plainHost();
  host.known.struct_size = sizeof host;
  host.known.abi_minor = LARDER_ABI_MINOR + 1;
  subject().load();
  const auto* plugin = openEntry()(LARDER_ABI_MINOR + 1);
  ASSERT_NE(plugin, nullptr);
  ASSERT_EQ(openEntry()(UINT32_MAX), plugin);
  const RawSettings settings(*subject().library, subject().settings);
  larder_text error{nullptr, 0, 0};
  const larder_backend* backend = nullptr;

  const auto status = plugin->create(&host.known, settings.list().data(),
                                     static_cast<std::uint32_t>(settings.list().size()), &error, &backend);

  ASSERT_EQ(status, LARDER_OK);
  EXPECT_EQ(backend->drain(backend->self, monotonicNs() + 1'000'000'000), LARDER_OK);
  backend->destroy(backend->self);
}

// Returns the fault of a default; empty if it has the option's type and is within its range.
std::string faultOfDefault(const PluginOption& option) {
  if (option.defaultValue.empty() || option.type == LARDER_OPTION_STRING) return "";
  std::optional<std::int64_t> number;
  switch (option.type) {
    case LARDER_OPTION_INTEGER: number = parseInteger(option.defaultValue); break;
    case LARDER_OPTION_SIZE: number = parseSize(option.defaultValue); break;
    case LARDER_OPTION_DURATION:
      if (const auto duration = parseDuration(option.defaultValue)) number = duration->count();
      break;
    default:
      if (option.defaultValue == "true" || option.defaultValue == "false") return "";
  }
  if (!number) return "its default \"" + option.defaultValue + "\" is not of its type";
  const bool in_range = option.min >= option.max || (*number >= option.min && *number <= option.max);
  return in_range ? "" : "its default \"" + option.defaultValue + "\" is out of its range";
}

TEST_F(Load, TheOptionsTableIsValid) {
  subject().load();
  const auto& descriptor = subject().library->descriptor();
  if (descriptor.option_count > 0) {
    EXPECT_GE(descriptor.option_stride, offsetof(larder_option, max) + sizeof(std::int64_t));
    EXPECT_EQ(descriptor.option_stride % alignof(larder_option), 0u);
  }
  std::set<std::string> names;
  std::string taker_of_urls;
  for (const auto& option : subject().library->options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name << " occurs twice";
    EXPECT_NE(option.name, "plugin")
        << "users cannot set it, because the key belongs to the host in [backends.NAME]";
    EXPECT_LE(option.type, LARDER_OPTION_SIZE) << option.name << ": its type is unknown";
    EXPECT_EQ(faultOfDefault(option), "") << option.name;
    if (!option.url) continue;
    EXPECT_EQ(option.type, LARDER_OPTION_STRING) << option.name << ": takes a URL but is not a STRING";
    EXPECT_EQ(taker_of_urls, "") << option.name << ": a second option takes a URL";
    taker_of_urls = option.name;
  }
}

TEST_F(Load, ABackendOpensWithTheGivenOptionsWithin5Seconds) {
  subject().load();
  HostServices services;
  const auto begin = steady_clock::now();

  const auto backend = Backend::open(subject().library, "subject", subject().settings, services);

  EXPECT_NE(backend, nullptr);
  EXPECT_LT(steady_clock::now() - begin, kSlowdown * 5s);
}

}  // namespace
}  // namespace larder::conformance
