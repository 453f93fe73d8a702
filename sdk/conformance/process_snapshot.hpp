// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_PROCESS_SNAPSHOT_HPP
#define LARDER_CONFORMANCE_PROCESS_SNAPSHOT_HPP

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace larder::conformance {

/// What a process has that a plugin must leave alone, as text by name: "handler of SIGPIPE", "umask", ...
class ProcessSnapshot {
 public:
  /// Takes it. Only while no other thread makes files: the umask is changed for a moment.
  ProcessSnapshot();

  /// Adds the threads and the open files; loading a library leaves those, too.
  ProcessSnapshot& withThreadsAndFiles();

  /// "umask was 022 and is 077", ...; empty if nothing differs.
  std::vector<std::string> differencesTo(const ProcessSnapshot& later) const;

 private:
  std::map<std::string, std::string> state_;
};

/// The memory that this process uses now, in bytes.
std::size_t residentBytes();

}  // namespace larder::conformance

#endif
