// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_OPTIONS_HPP
#define LARDER_MEMCACHED_OPTIONS_HPP

#include "server_list.hpp"

#include <larder/plugin.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace larder::memcached {

/// The limit across all servers; each connection has a thread.
inline constexpr std::size_t kMaxConnections = 256;

/// Returns the plugin's options table; README.md explains it.
std::span<const larder_option> optionsTable();

/// The settings of one backend.
struct Options {
  std::vector<Server> servers;
  std::size_t connections;  ///< to each server
  std::chrono::milliseconds timeout;
  std::chrono::milliseconds connectTimeout;
  std::uint64_t maxPending;
  std::uint64_t maxPendingBytes;
  std::uint64_t maxValue;
  std::string keyPrefix;

  /// Throws plugin::ConfigError.
  explicit Options(const plugin::Settings& settings);
};

}  // namespace larder::memcached

#endif
