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

/// The plugin and settings that a test runs against, from the arguments of its process.
struct Subject {
  std::filesystem::path file;                    ///< the plugin's file; absolute
  BackendSettings settings;                      ///< --option=NAME=VALUE, --element=NAME=VALUE
  std::set<std::string> plain;                   ///< settings from --option, where commas separate a list
  std::string run;                               ///< prefix of the namespaces; unique to each run
  std::uint64_t seed = 1;                        ///< for random tests
  bool manualClock = false;                      ///< the plugin takes the time only from the host's clock
  bool describe = false;                         ///< report facts and run no test
  std::shared_ptr<const PluginLibrary> library;  ///< null until a test loads it

  /// Reads the arguments. Throws std::invalid_argument.
  static Subject from(int argc, const char* const* argv);

  /// Loads the library, once. Throws PluginError.
  void load();
};

}  // namespace larder::conformance

#endif
