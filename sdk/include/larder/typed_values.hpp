// SPDX-License-Identifier: Apache-2.0
//
// The members of Cache that store values of any type with a larder::Codec. Included by cache.hpp, which
// documents them.
#ifndef LARDER_TYPED_VALUES_HPP
#define LARDER_TYPED_VALUES_HPP

#include <larder/cache.hpp>
#include <larder/codec.hpp>
#include <larder/fingerprint.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace larder {

namespace detail {

// Reports in one line why values of a type cannot be stored.
template <class T>
consteval bool isValue() {
  static_assert(std::is_same_v<T, std::decay_t<T>>, "larder::Cache: name a type without const and reference");
  static_assert(Encodable<T>,
                "larder::Cache: no larder::Codec for this type; specialise larder::Codec for it");
  return Encodable<T>;
}

// Throws std::invalid_argument, whose text begins with `whose`, for a policy with parts that only apply to
// responses.
void checkForValues(const std::string& whose, const CachePolicy& policy);

inline CacheRequest valueRequest(std::string_view name_space, Key key, const CachePolicy& policy) {
  return {.nameSpace = name_space,
          .key = std::move(key),
          .expire = policy.expire(),
          .tags = policy.tags(),
          .renewal = policy.renewal(),
          .lockAcrossHosts = policy.lockAcrossHosts(),
          .compressFrom = policy.compressFrom()};
}

// A value's bytes begin with the fingerprint of its type, so a program in which the type has changed misses
// instead of misreading the bytes.
template <class T>
std::string encodeTyped(const T& value) {
  std::string bytes;
  ByteWriter writer(bytes);
  Codec<std::uint64_t>::write(writer, fingerprintOf<T>());
  Codec<T>::write(writer, value);
  return bytes;
}

template <class T>
std::optional<T> decodeTyped(std::string_view bytes) {
  ByteReader reader(bytes);
  if (Codec<std::uint64_t>::read(reader) != fingerprintOf<T>()) return std::nullopt;
  std::optional<T> value(std::in_place, Codec<T>::read(reader));
  if (!reader.finished()) return std::nullopt;
  return value;
}

template <class T>
bool isTyped(std::string_view bytes) {
  return decodeTyped<T>(bytes).has_value();
}

}  // namespace detail

template <class T, std::invocable Compute>
T Cache::getOrCompute(const Key& key, const CachePolicy& policy, Compute compute) {
  static_assert(detail::isValue<T>());
  detail::checkForValues("larder::Cache::getOrCompute", policy);
  std::optional<T> own;  // the value computed by this call, which needs no decoding
  // Undecodable bytes are recomputed, once for all callers, and overwritten.
  for (const auto accepts : {static_cast<bool (*)(std::string_view)>(nullptr), detail::isTyped<T>}) {
    CacheRequest wanted = detail::valueRequest(valueSpace, key, policy);
    wanted.accepts = accepts;
    if (policy.renewal().inBackground()) {  // may outlive this call, so it owns what it uses
      wanted.compute = [compute]() mutable {
        return Computed{.payload = detail::encodeTyped<T>(std::invoke(compute))};
      };
    } else {
      wanted.compute = [&own, &compute] {
        own.emplace(std::invoke(compute));
        return Computed{.payload = detail::encodeTyped<T>(*own)};
      };
    }
    const auto result = getOrCompute(std::move(wanted));
    if (result.source == CacheResult::Source::computed && own) return *std::move(own);
    if (auto value = detail::decodeTyped<T>(result.payload.bytes())) return *std::move(value);
  }
  return std::invoke(compute);
}

template <class T>
std::optional<T> Cache::get(const Key& key) {
  static_assert(detail::isValue<T>());
  const auto found = find(CacheRequest{.nameSpace = valueSpace, .key = key});
  return found ? detail::decodeTyped<T>(found->payload.bytes()) : std::nullopt;
}

template <class T>
Status Cache::set(const Key& key, const T& value, const CachePolicy& policy) {
  static_assert(detail::isValue<T>());
  detail::checkForValues("larder::Cache::set", policy);
  return set(detail::valueRequest(valueSpace, key, policy), detail::encodeTyped<T>(value));
}

}  // namespace larder

#endif
