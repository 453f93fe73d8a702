// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_OPTIONS_HPP
#define LARDER_REDIS_OPTIONS_HPP

#include "credentials.hpp"
#include "redis_url.hpp"
#include "tls.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace larder::redis {

/// The parsed options.
struct Options {
  RedisUrl url;
  Credentials credentials;
  TlsOptions tls;
  std::chrono::milliseconds timeout;
  std::chrono::milliseconds connectTimeout;
  std::size_t maxPending;
  std::uint64_t maxPendingBytes;
  std::string keyPrefix;
  std::string clientName;
  std::string sentinelPassword;  ///< empty: none
  bool clearsOnNewServer;        ///< entries left by another server count as cleared
  bool isClusterNode = false;    ///< `url.server` is one node of a cluster
};

}  // namespace larder::redis

#endif
