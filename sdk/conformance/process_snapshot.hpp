// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_PROCESS_SNAPSHOT_HPP
#define LARDER_CONFORMANCE_PROCESS_SNAPSHOT_HPP

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace larder::conformance {

/// The process state that a plugin must not change, as text by name: "handler of SIGPIPE", "umask", ...
class ProcessSnapshot {
 public:
  /// Takes the snapshot. No other thread may create files during the call, which briefly changes the umask.
  ProcessSnapshot();

  /// Adds the threads and the open files, which loading a library must not change either.
  ProcessSnapshot& withThreadsAndFiles();

  /// Returns the differences: "umask was 022 and is 077", ...; empty if there are none.
  std::vector<std::string> differencesTo(const ProcessSnapshot& later) const;

 private:
  std::map<std::string, std::string> state_;
};

/// Returns the resident memory of this process, in bytes.
std::size_t residentBytes();

}  // namespace larder::conformance

#endif
