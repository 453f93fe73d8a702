// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_CACHE_STATUS_HPP
#define LARDER_RESPONSE_CACHE_CACHE_STATUS_HPP

#include <larder/cache.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace larder::http {

/// The two fields built for each hit, on the stack: Age and Cache-Status (RFC 9211).
class HitFields {
 public:
  /// `age` is the response's age when it was stored. `why_stale` is the detail for an expired response that
  /// the engine did not itself decide to serve.
  HitFields(const CacheResult& hit, std::chrono::seconds age, std::string_view why_stale = {});
  std::string_view age() const { return age_.view(); }
  std::string_view status() const { return status_.view(); }

 private:
  template <std::size_t Most>
  class Text {
   public:
    Text& add(std::string_view part);
    Text& addSeconds(std::chrono::milliseconds duration);
    std::string_view view() const { return {bytes_.data(), size_}; }

   private:
    std::array<char, Most> bytes_;
    std::size_t size_ = 0;
  };
  Text<24> age_;
  Text<80> status_;
};

/// Returns the Cache-Status of a response that a handler run produced. `forward` is the `fwd` value, the
/// reason for the run. `reason`, if not empty, says why the response is not stored. `shortened` is its
/// lifetime if its own fields make that shorter than the policy does.
std::string missStatus(std::string_view forward, const CacheResult& result, std::string_view reason,
                       const std::optional<std::chrono::milliseconds>& shortened = {});

}  // namespace larder::http

#endif
