// SPDX-License-Identifier: Apache-2.0
#include "loading/plugin_place.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace larder {
namespace {

constexpr uid_t kRoot = 0;
constexpr gid_t kRootGroup = 0;

template <class Id>
bool contains(const std::vector<Id>& ids, Id id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Returns true for a sticky folder, like /tmp. There, only a file's owner, the folder's owner and root can
// rename or remove the file.
bool isStickyFolder(const struct stat& status) {
  return S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
}

PlaceFault foreignOwner(const std::filesystem::path& path, const struct stat& status,
                        const LoadingProcess& process) {
  return {.refused = process.strict || !contains(process.programOwners, status.st_uid),
          .what = "is owned by user " + std::to_string(status.st_uid) +
                  ", neither root nor the user of this process; run: chown root " + path.string()};
}

// A writable group is common where each user has a group of their own and umask 002, hence only a warning for
// a process that does not run as root.
PlaceFault writableGroup(const std::filesystem::path& path, const struct stat& status,
                         const LoadingProcess& process) {
  const bool tolerated = process.user != kRoot || contains(process.programGroups, status.st_gid);
  return {
      .refused = process.strict || !tolerated,
      .what = "is writable by group " + std::to_string(status.st_gid) + "; run: chmod g-w " + path.string()};
}

// Calls `see` with each folder above `path`, the root last.
template <class See>
void forEachFolderAbove(std::filesystem::path path, See see) {
  do {
    path = path.parent_path();
    see(path);
  } while (path != path.root_path());
}

// Describes this process. If the program or a folder above it cannot be read, its owner and group gain no
// trust.
LoadingProcess thisProcess(bool strict) {
  LoadingProcess process{.user = ::geteuid(), .strict = strict};
  std::error_code unreadable;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  const auto note = [&process](const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return;
    process.programOwners.push_back(status.st_uid);
    if ((status.st_mode & S_IWGRP) != 0 && !isStickyFolder(status))
      process.programGroups.push_back(status.st_gid);
  };
  note(program);
  forEachFolderAbove(program, note);
  return process;
}

// Collects the faults of one plugin file: throws on the first refusal, keeps the first warning.
class PlaceCheck {
 public:
  PlaceCheck(const PluginFile& file, bool strict) : file_(file), process_(thisProcess(strict)) {}

  void judge(const std::filesystem::path& path, const struct stat& status) {
    const auto fault = judgePlace(path, status, process_);
    if (!fault) return;
    const auto what =
        S_ISDIR(status.st_mode) ? "the folder " + path.string() + " " + fault->what : fault->what;
    if (fault->refused) file_.refuse(what);
    if (warning_.empty()) warning_ = file_.path().string() + ": " + what;
  }
  const std::string& warning() const { return warning_; }

 private:
  const PluginFile& file_;
  const LoadingProcess process_;
  std::string warning_;
};

}  // namespace

std::optional<PlaceFault> judgePlace(const std::filesystem::path& path, const struct stat& status,
                                     const LoadingProcess& process) {
  const bool sticky = isStickyFolder(status);
  if (!sticky && (status.st_mode & S_IWOTH) != 0)
    return PlaceFault{.refused = true, .what = "is writable by every user; run: chmod o-w " + path.string()};

  std::optional<PlaceFault> fault;
  if (status.st_uid != kRoot && status.st_uid != process.user) fault = foreignOwner(path, status, process);
  if (fault && fault->refused) return fault;

  // Root's own group has no members who could not become root.
  if (!sticky && (status.st_mode & S_IWGRP) != 0 && status.st_gid != kRootGroup) {
    const auto group = writableGroup(path, status, process);
    if (!fault || group.refused) fault = group;
  }
  return fault;
}

void checkPlace(const PluginFile& file, const LoadRules& rules) {
  PlaceCheck check(file, rules.strict);
  const auto path = file.realPath();
  check.judge(path, file.status());
  forEachFolderAbove(path, [&](const std::filesystem::path& folder) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0)
      file.refuse("the folder " + folder.string() + " cannot be checked: " + std::strerror(errno));
    check.judge(folder, status);
  });
  if (rules.warn && !check.warning().empty()) rules.warn(check.warning());
}

}  // namespace larder
