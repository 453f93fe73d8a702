// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_SUBJECT_HPP
#define LARDER_CONFORMANCE_SUBJECT_HPP

#include "servers/server.hpp"

#include <larder/backend.hpp>

#include <memory>
#include <string_view>

namespace larder::conformance {

/// What the suite runs against, as its command line says.
struct Subject {
  std::shared_ptr<const PluginLibrary> library;
  BackendSettings settings;
  std::shared_ptr<servers::Server> server;  ///< null if the plugin needs none, or one was not started by us
  bool manualClock = false;                 ///< the plugin keeps time by the host's clock alone

  static constexpr std::string_view kUsage =
      "usage: larder_conformance --plugin=FILE [--setting=NAME=VALUE ...] [--server=redis|memcached]\n"
      "                          [--clock=manual|system] [--gtest_...]\n"
      "  --setting  may be repeated; {port} in VALUE is the port of the server on 127.0.0.1\n"
      "  --server   starts a private server for the run; without it no fault is injected\n"
      "  --clock    manual: time passes when a test says so, for a plugin that keeps time itself\n";

  /// Reads the arguments and starts the server. Throws std::runtime_error: unknown argument, or what went
  /// wrong.
  static Subject from(int argc, const char* const* argv);
};

}  // namespace larder::conformance

#endif
