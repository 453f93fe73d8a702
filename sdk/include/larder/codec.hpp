// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CODEC_HPP
#define LARDER_CODEC_HPP

#include <larder/byte_stream.hpp>

#include <bit>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace larder {

/// How a type becomes bytes, for keys and values of cached functions. Specialise it for a type of yours:
///
///     template <> struct larder::Codec<Price> {
///       static void write(ByteWriter& to, const Price& price) { Codec<double>::write(to, price.amount); }
///       static Price read(ByteReader& from) { return {Codec<double>::read(from)}; }
///     };
///
/// `read` never throws on bad bytes: the caller checks ByteReader::finished.
template <class T>
struct Codec;

template <class T>
concept Encodable = requires(ByteWriter& to, ByteReader& from, const T& value) {
  Codec<T>::write(to, value);
  { Codec<T>::read(from) } -> std::convertible_to<T>;
};

template <std::integral T>
struct Codec<T> {
  static void write(ByteWriter& to, T value) { to.integer(static_cast<std::int64_t>(value)); }
  static T read(ByteReader& from) { return static_cast<T>(from.integer<std::int64_t>()); }
};

template <class T>
  requires std::is_enum_v<T>
struct Codec<T> {
  static void write(ByteWriter& to, T value) { to.integer(static_cast<std::int64_t>(value)); }
  static T read(ByteReader& from) { return static_cast<T>(from.integer<std::int64_t>()); }
};

template <>
struct Codec<double> {
  static void write(ByteWriter& to, double value) { to.integer(std::bit_cast<std::uint64_t>(value)); }
  static double read(ByteReader& from) { return std::bit_cast<double>(from.integer<std::uint64_t>()); }
};

template <>
struct Codec<float> {
  static void write(ByteWriter& to, float value) { to.integer(std::bit_cast<std::uint32_t>(value)); }
  static float read(ByteReader& from) { return std::bit_cast<float>(from.integer<std::uint32_t>()); }
};

template <>
struct Codec<std::string> {
  static void write(ByteWriter& to, std::string_view value) { to.sized(value); }
  static std::string read(ByteReader& from) { return std::string(from.sized()); }
};

template <class Rep, class Period>
struct Codec<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;
  static void write(ByteWriter& to, Duration value) { Codec<Rep>::write(to, value.count()); }
  static Duration read(ByteReader& from) { return Duration(Codec<Rep>::read(from)); }
};

template <Encodable T>
struct Codec<std::optional<T>> {
  static void write(ByteWriter& to, const std::optional<T>& value) {
    to.integer(static_cast<std::uint8_t>(value ? 1 : 0));
    if (value) Codec<T>::write(to, *value);
  }
  static std::optional<T> read(ByteReader& from) {
    if (from.integer<std::uint8_t>() == 0) return std::nullopt;
    return Codec<T>::read(from);
  }
};

template <Encodable T>
struct Codec<std::vector<T>> {
  static void write(ByteWriter& to, const std::vector<T>& value) {
    to.integer(static_cast<std::uint64_t>(value.size()));
    for (const auto& element : value) Codec<T>::write(to, element);
  }
  static std::vector<T> read(ByteReader& from) {
    std::vector<T> value;  // grown as elements come, so that a wrong size in bad bytes allocates nothing
    for (auto left = from.integer<std::uint64_t>(); left > 0 && from.ok() && from.left() > 0; --left)
      value.push_back(Codec<T>::read(from));
    return value;
  }
};

template <class... Ts>
  requires(Encodable<Ts> && ...)
struct Codec<std::tuple<Ts...>> {
  static void write(ByteWriter& to, const std::tuple<Ts...>& value) {
    std::apply([&to](const Ts&... elements) { (Codec<Ts>::write(to, elements), ...); }, value);
  }
  static std::tuple<Ts...> read(ByteReader& from) {
    return std::tuple<Ts...>{Codec<Ts>::read(from)...};  // braces: evaluated in order
  }
};

template <class A, class B>
  requires(Encodable<A> && Encodable<B>)
struct Codec<std::pair<A, B>> {
  static void write(ByteWriter& to, const std::pair<A, B>& value) {
    Codec<A>::write(to, value.first);
    Codec<B>::write(to, value.second);
  }
  static std::pair<A, B> read(ByteReader& from) {
    return std::pair<A, B>{Codec<A>::read(from), Codec<B>::read(from)};
  }
};

template <class K, class V, class Compare>
  requires(Encodable<K> && Encodable<V>)
struct Codec<std::map<K, V, Compare>> {
  static void write(ByteWriter& to, const std::map<K, V, Compare>& value) {
    to.integer(static_cast<std::uint64_t>(value.size()));
    for (const auto& [key, mapped] : value) {
      Codec<K>::write(to, key);
      Codec<V>::write(to, mapped);
    }
  }
  static std::map<K, V, Compare> read(ByteReader& from) {
    std::map<K, V, Compare> value;
    for (auto left = from.integer<std::uint64_t>(); left > 0 && from.ok() && from.left() > 0; --left) {
      auto key = Codec<K>::read(from);
      value.insert_or_assign(std::move(key), Codec<V>::read(from));
    }
    return value;
  }
};

}  // namespace larder

#endif
