// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_SUBJECT_HPP
#define LARDER_CONFORMANCE_SUBJECT_HPP

#include <larder/backend.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

namespace larder::conformance {

/// What a test runs against, as its process's arguments say.
struct Subject {
  std::filesystem::path file;                    ///< of the plugin; absolute
  BackendSettings settings;                      ///< --option=NAME=VALUE, --element=NAME=VALUE
  std::set<std::string> plain;                   ///< those of --option: a list has commas in it
  std::string run;                               ///< begins the namespaces; no two runs have the same
  std::uint64_t seed = 1;                        ///< of random tests
  bool manualClock = false;                      ///< the plugin keeps time by the host's clock alone
  bool describe = false;                         ///< tell facts and run no test
  std::shared_ptr<const PluginLibrary> library;  ///< null until a test loads it

  /// Reads the arguments. Throws std::invalid_argument.
  static Subject from(int argc, const char* const* argv);

  /// Loads the library, once. Throws PluginError.
  void load();
};

}  // namespace larder::conformance

#endif
