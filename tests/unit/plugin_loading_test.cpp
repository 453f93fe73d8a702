// SPDX-License-Identifier: Apache-2.0
//
// Each rule about a plugin's file, with a file that breaks only that rule.
#include <gtest/gtest.h>
#include <larder/plugin_library.hpp>
#include <larder/plugin_refusal.hpp>

#include <dlfcn.h>
#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "loading/plugin_digest.hpp"
#include "loading/plugin_mapping.hpp"
#include "servers/temp_directory.hpp"
#include "servers/text.hpp"

using namespace larder;
namespace fs = std::filesystem;

namespace {

using larder::servers::contains;
using larder::servers::contentsOf;

constexpr uid_t kNobody = 54321;  // owns nothing on a typical machine
constexpr gid_t kNobodysGroup = 54321;

class PluginLoading : public testing::Test {
 protected:
  // A plugin writable only by this user, in its own folder.
  fs::path install(const std::string& name = "silent", const char* original = LARDER_SILENT_PLUGIN) {
    const auto folder = directory_.path() / "plugins";
    fs::create_directory(folder);
    const auto file = folder / (name + ".so");
    fs::copy_file(original, file);
    fs::permissions(folder, fs::perms(0755));
    fs::permissions(file, fs::perms(0644));
    return file;
  }

  // Returns the message with which a file is refused; empty if it is loaded.
  std::string refusal(const fs::path& file, LoadRules rules = {}) {
    const auto foretold = pluginRefusal(file, rules);
    const auto message = messageOfLoad(file, std::move(rules));
    if (!foretold.empty()) {
      EXPECT_EQ(file.string() + ": " + foretold, message);
    }
    return message;
  }

  std::string messageOfLoad(const fs::path& file, LoadRules rules) {
    rules.warn = [this](std::string_view line) { warnings_.emplace_back(line); };
    try {
      PluginLibrary::load(file, rules);
      return {};
    } catch (const PluginError& error) {
      return error.what();
    }
  }

  const larder::servers::TempDirectory directory_{"loading"};
  std::vector<std::string> warnings_;
};

// Tests that change the owner of files; without root they would test nothing.
class PluginLoadingAsRoot : public PluginLoading {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file to another user";
  }
};

std::size_t openDescriptors() {
  const fs::directory_iterator descriptors("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(descriptors), end(descriptors)));
}

// Changes the program header with the stack's permissions.
template <class Change>
void changeStackHeader(const fs::path& file, Change change) {
  auto bytes = contentsOf(file);
  Elf64_Ehdr header{};
  std::memcpy(&header, bytes.data(), sizeof header);
  for (Elf64_Half i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    char* const at = bytes.data() + header.e_phoff + std::size_t{i} * header.e_phentsize;
    std::memcpy(&segment, at, sizeof segment);
    if (segment.p_type == PT_GNU_STACK) change(segment);
    std::memcpy(at, &segment, sizeof segment);
  }
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string nameIn(void* library) {
  const auto entry = reinterpret_cast<larder_entry>(::dlsym(library, LARDER_ENTRY_NAME));
  const larder_bytes name = entry(LARDER_ABI_MINOR)->name;
  return {name.data, static_cast<std::size_t>(name.size)};
}

// Ends the process, with status 0 if the file is loaded with exactly one warning.
[[noreturn]] void loadAsNobody(const fs::path& file) {
  int warnings = 0;
  if (::seteuid(65534) != 0) std::_Exit(2);
  PluginLibrary::load(file, {.warn = [&warnings](std::string_view) { ++warnings; }});
  std::_Exit(warnings == 1 ? 0 : 1);
}

}  // namespace

TEST_F(PluginLoading, IsCheckedWithoutRunningThePlugin) {
  const auto file = install();
  EXPECT_EQ(pluginRefusal(file, {}), "");
  EXPECT_TRUE(contains(pluginRefusal(file, {.sha256 = {std::string(64, '0')}}), "SHA-256"));
  EXPECT_TRUE(contains(pluginRefusal("silent.so", {}), "is not an absolute path"));

  fs::permissions(file, fs::perms(0646));
  EXPECT_TRUE(contains(pluginRefusal(file, {}), "is writable by every user"));
}

TEST_F(PluginLoading, AcceptsAFileWritableOnlyByThisUser) {
  EXPECT_EQ(refusal(install(), {.strict = true}), "");
  EXPECT_TRUE(warnings_.empty()) << warnings_.front();
}

TEST_F(PluginLoading, RefusesASymbolicLinkAndNamesItsTarget) {
  const auto file = install();
  const auto link = directory_.path() / "link.so";
  fs::create_symlink(file, link);

  EXPECT_EQ(refusal(link),
            link.string() +
                ": is a symbolic link, which could change after the checks; name the file that it "
                "points to, " +
                file.string());
}

TEST_F(PluginLoading, AcceptsALinkToTheFolder) {
  const auto file = install();
  fs::create_directory_symlink(file.parent_path(), directory_.path() / "current");

  EXPECT_EQ(refusal(directory_.path() / "current" / file.filename()), "");
}

TEST_F(PluginLoading, RefusesAFolderAndAPipeWithoutBlocking) {
  const auto pipe = directory_.path() / "pipe.so";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);

  EXPECT_TRUE(contains(refusal(pipe), "is not a regular file"));
  EXPECT_TRUE(contains(refusal(directory_.path()), "is not a regular file"));
}

TEST_F(PluginLoading, RefusesAWorldWritableFile) {
  const auto file = install();
  fs::permissions(file, fs::perms(0646));

  EXPECT_EQ(refusal(file), file.string() + ": is writable by every user; run: chmod o-w " + file.string());
}

TEST_F(PluginLoading, RefusesAWorldWritableFolderAnywhereAboveTheFile) {
  const auto file = install();
  const auto folder = directory_.path();
  fs::permissions(folder, fs::perms(0707));

  EXPECT_EQ(refusal(file), file.string() + ": the folder " + folder.string() +
                               " is writable by every user; run: chmod o-w " + folder.string());
}

TEST_F(PluginLoading, ChecksTheFolderBehindALink) {
  const auto file = install();
  const auto link = directory_.path() / "current";
  fs::create_directory_symlink(file.parent_path(), link);
  fs::permissions(file.parent_path(), fs::perms(0757));

  EXPECT_TRUE(contains(refusal(link / file.filename()), "run: chmod o-w " + file.parent_path().string()));
}

TEST_F(PluginLoading, AcceptsAWorldWritableStickyFolder) {
  const auto file = install();
  fs::permissions(file.parent_path(), fs::perms(01777));

  EXPECT_EQ(refusal(file), "");
}

TEST_F(PluginLoadingAsRoot, RefusesAFileOfAnotherUser) {
  const auto file = install();
  ASSERT_EQ(::chown(file.c_str(), kNobody, static_cast<gid_t>(-1)), 0);

  EXPECT_EQ(refusal(file), file.string() +
                               ": is owned by user 54321, neither root nor the user of this process; run: "
                               "chown root " +
                               file.string());
}

TEST_F(PluginLoadingAsRoot, RefusesAFolderOfAnotherUser) {
  const auto file = install();
  ASSERT_EQ(::chown(file.parent_path().c_str(), kNobody, static_cast<gid_t>(-1)), 0);

  EXPECT_TRUE(contains(refusal(file), "run: chown root " + file.parent_path().string()));
}

TEST_F(PluginLoadingAsRoot, RefusesAGroupWritableFile) {
  const auto file = install();
  ASSERT_EQ(::chown(file.c_str(), static_cast<uid_t>(-1), kNobodysGroup), 0);
  fs::permissions(file, fs::perms(0664));

  EXPECT_TRUE(contains(refusal(file), "is writable by group 54321; run: chmod g-w " + file.string()));
}

TEST_F(PluginLoadingAsRoot, WarnsAnotherUserOnceAboutAGroupWritableFile) {
  const auto file = install();
  for (const auto& path : {file, file.parent_path()}) {
    ASSERT_EQ(::chown(path.c_str(), static_cast<uid_t>(-1), kNobodysGroup), 0);
    fs::permissions(path, fs::perms(0775));
  }
  fs::permissions(directory_.path(), fs::perms(0755));

  EXPECT_EXIT(loadAsNobody(file), testing::ExitedWithCode(0), "");
}

TEST_F(PluginLoading, RefusesAnExecutableStack) {
  const auto file = install();
  changeStackHeader(file, [](Elf64_Phdr& segment) { segment.p_flags |= PF_X; });

  EXPECT_TRUE(contains(refusal(file), "asks for an executable stack"));
}

TEST_F(PluginLoading, RefusesAFileWithoutAStackHeader) {
  const auto file = install();
  changeStackHeader(file, [](Elf64_Phdr& segment) { segment.p_type = PT_NULL; });

  EXPECT_TRUE(contains(refusal(file), "link it with -z noexecstack"));
}

TEST_F(PluginLoading, ComputesTheSha256OfAFile) {
  const auto file = directory_.path() / "abc";
  std::ofstream(file) << "abc";

  EXPECT_EQ(sha256Of(PluginFile(file)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(PluginLoading, ComputesTheSha256OfMoreThanOneChunk) {
  const auto file = directory_.path() / "million";
  std::ofstream(file) << std::string(1'000'000, 'a');

  EXPECT_EQ(sha256Of(PluginFile(file)), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_F(PluginLoading, RefusesAnUnlistedFileAndReportsItsSha256) {
  const auto file = install();
  const auto digest = sha256Of(PluginFile(file));

  const auto why = refusal(file, {.sha256 = {std::string(64, '0')}});

  EXPECT_EQ(why,
            file.string() +
                ": its SHA-256 is not in the list of allowed ones; if it is the file that you meant, add " +
                digest);
  EXPECT_EQ(refusal(file, {.sha256 = {std::string(64, '0'), digest}}), "");
}

TEST_F(PluginLoading, AcceptsDigestsInEitherCase) {
  const auto file = install();
  auto digest = sha256Of(PluginFile(file));
  for (char& c : digest) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));

  EXPECT_EQ(refusal(file, {.sha256 = {digest}}), "");
}

TEST_F(PluginLoading, MapsTheCheckedFileEvenIfAnotherReplacedIt) {
  const auto path = install();
  PluginFile file(path);

  fs::rename(install("other", LARDER_LRU_PLUGIN), path);

  EXPECT_EQ(nameIn(mapPlugin(file)), "silent");
}

TEST_F(PluginLoading, ALoadedFileIsMappedOnceAndCostsOneDescriptor) {
  const auto file = install();
  const auto link = file.parent_path() / "same.so";
  fs::create_hard_link(file, link);
  const auto before = openDescriptors();
  const auto first = PluginLibrary::load(file);

  const auto second = PluginLibrary::load(file);
  const auto third = PluginLibrary::load(link);

  EXPECT_EQ(second->descriptor().create, first->descriptor().create);
  EXPECT_EQ(third->descriptor().create, first->descriptor().create);
  EXPECT_EQ(openDescriptors(), before + 1);
}

// glibc looks for a library by the name it was opened with before it compares files.
TEST_F(PluginLoading, AnotherFileIsNeverMistakenForAnEarlierOne) {
  const auto file = install();
  for (int i = 0; i < 3; ++i) PluginLibrary::load(file);

  EXPECT_FALSE(PluginLibrary::load(install("lru", LARDER_LRU_PLUGIN))->options().empty());
}

TEST_F(PluginLoading, ARenamedUpgradeIsAnotherLibrary) {
  const auto file = install();
  const auto old = PluginLibrary::load(file);

  fs::rename(install("new"), file);

  EXPECT_NE(PluginLibrary::load(file)->descriptor().create, old->descriptor().create);
}

TEST_F(PluginLoading, ARefusedFileLeavesNoDescriptorOpen) {
  const auto file = install("no_note", LARDER_NO_NOTE_PLUGIN);
  const auto before = openDescriptors();

  EXPECT_NE(refusal(file), "");

  EXPECT_EQ(openDescriptors(), before);
}

TEST_F(PluginLoading, TheFirstDirectoryWinsAndIsLogged) {
  const fs::path folders[] = {directory_.path() / "a", directory_.path() / "b"};
  for (const auto& folder : folders) {
    fs::create_directory(folder);
    fs::copy_file(LARDER_SILENT_PLUGIN, folder / "twice.so");
  }
  const LoadRules rules{.warn = [this](std::string_view line) { warnings_.emplace_back(line); }};

  EXPECT_EQ(findPlugin("twice", {folders[0], folders[1]}, rules), folders[0] / "twice.so");

  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_EQ(warnings_[0], (folders[1] / "twice.so").string() + ": is not used, because " +
                              (folders[0] / "twice.so").string() +
                              " has the same name and comes first; remove one, or give an absolute path");
}

TEST_F(PluginLoading, TheSameDirectoryTwiceIsNotLogged) {
  const auto folder = install("once").parent_path();
  const LoadRules rules{.warn = [this](std::string_view line) { warnings_.emplace_back(line); }};

  findPlugin("once", {folder, folder}, rules);

  EXPECT_TRUE(warnings_.empty());
}
