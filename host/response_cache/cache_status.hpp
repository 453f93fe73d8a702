// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_CACHE_STATUS_HPP
#define LARDER_RESPONSE_CACHE_CACHE_STATUS_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace larder::http {

/// Whole seconds, as Age and Cache-Status count.
std::string inSeconds(std::chrono::milliseconds duration);

/// The Cache-Status (RFC 9211) of a response that the cache had.
std::string hitStatus(const CacheResult& hit);

/// That of one that a handler run made. `forward` says why it ran, a value of `fwd`; `reason`, if not empty,
/// why its response is not stored.
std::string missStatus(std::string_view forward, const CacheResult& result, std::string_view reason);

}  // namespace larder::http

#endif
