// SPDX-License-Identifier: Apache-2.0
#include "cache/check_options.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "entry/compression.hpp"

namespace larder {
namespace {

using std::chrono::milliseconds;

[[noreturn]] void refuse(std::string_view what, const std::string& value, std::string_view right) {
  throw std::invalid_argument(std::string(what) + ": " + value + " is out of range; use " +
                              std::string(right));
}

void positive(std::string_view what, milliseconds value) {
  if (value.count() < 1 || value.count() > LARDER_TTL_MAX_MS)
    refuse(what, std::to_string(value.count()) + "ms", "1ms to 36500d");
}

void notNegative(std::string_view what, milliseconds value) {
  if (value.count() < 0 || value.count() > LARDER_TTL_MAX_MS)
    refuse(what, std::to_string(value.count()) + "ms", "0ms to 36500d");
}

void positive(std::string_view what, std::size_t value) {
  if (value == 0) refuse(what, "0", "1 or more");
}

void check(const Renewal& renewal) {
  notNegative("Renewal::staleWhileRevalidate", renewal.staleWhileRevalidate);
  notNegative("Renewal::staleIfError", renewal.staleIfError);
  notNegative("Renewal::softTimeout", renewal.softTimeout);
  const auto part = [](std::string_view what, double value) {
    if (!(value >= 0 && value < 1)) refuse(what, std::to_string(value), "0, or a part below 1, like 0.1");
  };
  part("Renewal::eagerRefresh", renewal.eagerRefresh);
  part("Renewal::jitter", renewal.jitter);
}

}  // namespace

void checkOptions(const CacheOptions& options) {
  if (options.prefix.empty())
    throw std::invalid_argument("CacheOptions::prefix is empty; name the application");
  positive("CacheOptions::operationTimeout", options.operationTimeout);
  positive("CacheOptions::flightWait", options.flightWait);
  notNegative("CacheOptions::hitForMiss", options.hitForMiss);
  positive("CacheOptions::maxPayload", options.maxPayload);
  positive("CacheOptions::refreshThreads", options.refreshThreads);
  positive("CacheOptions::maxRefreshes", options.maxRefreshes);
  positive("CacheOptions::maxInvalidations", options.maxInvalidations);
  positive("CircuitOptions::failures", options.circuit.failures);
  notNegative("CircuitOptions::openFor", options.circuit.openFor);
  if (options.compressFrom > 0 && !builtWithZstd())
    throw std::invalid_argument(
        "CacheOptions::compressFrom: this library was built without zstd; build it with LARDER_WITH_ZSTD");
}

void checkRequest(const CacheRequest& request) {
  positive("CacheRequest::expire", request.expire);
  check(request.renewal);
  notNegative("CacheRequest::maxStale", request.maxStale);
  if (request.keepExpired) notNegative("CacheRequest::keepExpired", *request.keepExpired);
  notNegative("CacheRequest::lockAcrossHosts", request.lockAcrossHosts);
}

void checkRequest(const BatchRequest& request) {
  positive("BatchRequest::expire", request.expire);
  check(request.renewal);
}

}  // namespace larder
