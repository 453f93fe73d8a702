// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CODEC_HPP
#define LARDER_CODEC_HPP

#include <larder/aggregate.hpp>
#include <larder/byte_stream.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace larder {

/// Serializes a type to bytes, for keys and values of cached functions. Equal values produce equal bytes.
///
/// Codecs exist for integers, enumerations, double and float, std::string, durations, and times of clocks
/// that all hosts share; for optional, pair, tuple, array, vector, set, map and the unordered containers of
/// such types; and for structs of 1 to 16 such members, in the order of their declaration. For any other
/// type, specialize the template:
///
///     template <> struct larder::Codec<Price> {
///       static void write(ByteWriter& to, const Price& price) { Codec<double>::write(to, price.amount()); }
///       static Price read(ByteReader& from) { return Price(Codec<double>::read(from)); }
///     };
///
/// `write` must write at least one byte. `read` must not throw on malformed bytes: the caller checks
/// ByteReader::finished. Pointers, views and references have no codec, because they refer to a value without
/// holding it.
template <class T>
struct Codec;

template <class T>
concept Encodable = requires(ByteWriter& to, ByteReader& from, const T& value) {
  Codec<T>::write(to, value);
  { Codec<T>::read(from) } -> std::convertible_to<T>;
};

namespace detail {

// Grows the container element by element, so a wrong count in malformed bytes allocates nothing.
template <class Add>
void readEach(ByteReader& from, Add add) {
  auto left = from.integer<std::uint64_t>();
  for (; left > 0 && from.ok() && from.left() > 0; --left) add();
  if (left > 0) from.raw(std::uint64_t{from.left()} + 1);  // elements are missing: makes finished() false
}

template <class Range, class Write>
void writeEach(ByteWriter& to, const Range& range, Write write) {
  to.integer(static_cast<std::uint64_t>(range.size()));
  for (const auto& element : range) write(to, element);
}

// Sorted by their bytes, because equal hash tables may iterate in different orders.
template <class Range, class Write>
void writeSorted(ByteWriter& to, const Range& range, Write write) {
  std::vector<std::string> elements;
  elements.reserve(range.size());
  for (const auto& element : range) {
    ByteWriter writer(elements.emplace_back());
    write(writer, element);
  }
  std::sort(elements.begin(), elements.end());
  writeEach(to, elements, [](ByteWriter& into, const std::string& bytes) { into.raw(bytes); });
}

}  // namespace detail

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
    detail::writeEach(to, value, [](ByteWriter& into, const T& each) { Codec<T>::write(into, each); });
  }
  static std::vector<T> read(ByteReader& from) {
    std::vector<T> value;
    detail::readEach(from, [&] { value.push_back(Codec<T>::read(from)); });
    return value;
  }
};

template <Encodable T, std::size_t N>
  requires(N > 0)
struct Codec<std::array<T, N>> {
  static void write(ByteWriter& to, const std::array<T, N>& value) {
    for (const auto& each : value) Codec<T>::write(to, each);
  }
  static std::array<T, N> read(ByteReader& from) { return read(from, std::make_index_sequence<N>{}); }

 private:
  template <std::size_t... I>
  static std::array<T, N> read(ByteReader& from, std::index_sequence<I...>) {
    return {{(static_cast<void>(I), Codec<T>::read(from))...}};  // braces: evaluated in order
  }
};

template <class... Ts>
  requires(sizeof...(Ts) > 0 && (Encodable<Ts> && ...))
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

template <Encodable T, class Compare>
struct Codec<std::set<T, Compare>> {
  static void write(ByteWriter& to, const std::set<T, Compare>& value) {
    detail::writeEach(to, value, [](ByteWriter& into, const T& each) { Codec<T>::write(into, each); });
  }
  static std::set<T, Compare> read(ByteReader& from) {
    std::set<T, Compare> value;
    detail::readEach(from, [&] { value.insert(Codec<T>::read(from)); });
    return value;
  }
};

template <Encodable T, class Hash, class Equal>
struct Codec<std::unordered_set<T, Hash, Equal>> {
  static void write(ByteWriter& to, const std::unordered_set<T, Hash, Equal>& value) {
    detail::writeSorted(to, value, [](ByteWriter& into, const T& each) { Codec<T>::write(into, each); });
  }
  static std::unordered_set<T, Hash, Equal> read(ByteReader& from) {
    std::unordered_set<T, Hash, Equal> value;
    detail::readEach(from, [&] { value.insert(Codec<T>::read(from)); });
    return value;
  }
};

namespace detail {

template <class Map>
struct MapCodec {
  using Key = typename Map::key_type;
  using Mapped = typename Map::mapped_type;

  static void writePair(ByteWriter& to, const typename Map::value_type& each) {
    Codec<Key>::write(to, each.first);
    Codec<Mapped>::write(to, each.second);
  }
  static Map read(ByteReader& from) {
    Map value;
    readEach(from, [&] {
      auto key = Codec<Key>::read(from);
      value.insert_or_assign(std::move(key), Codec<Mapped>::read(from));
    });
    return value;
  }
};

}  // namespace detail

template <Encodable K, Encodable V, class Compare>
struct Codec<std::map<K, V, Compare>> : detail::MapCodec<std::map<K, V, Compare>> {
  static void write(ByteWriter& to, const std::map<K, V, Compare>& value) {
    detail::writeEach(to, value, Codec::writePair);
  }
};

template <Encodable K, Encodable V, class Hash, class Equal>
struct Codec<std::unordered_map<K, V, Hash, Equal>>
    : detail::MapCodec<std::unordered_map<K, V, Hash, Equal>> {
  static void write(ByteWriter& to, const std::unordered_map<K, V, Hash, Equal>& value) {
    detail::writeSorted(to, value, Codec::writePair);
  }
};

/// Only for clocks whose times mean the same on all hosts and after a restart, which excludes steady clocks.
template <class Clock, Encodable Duration>
  requires(!Clock::is_steady)
struct Codec<std::chrono::time_point<Clock, Duration>> {
  using Time = std::chrono::time_point<Clock, Duration>;
  static void write(ByteWriter& to, Time value) { Codec<Duration>::write(to, value.time_since_epoch()); }
  static Time read(ByteReader& from) { return Time(Codec<Duration>::read(from)); }
};

namespace detail {

template <class... Ts>
consteval bool areEncodable(Types<Ts...>) {
  return (Encodable<Ts> && ...);
}

template <class T>
consteval bool isEncodableAggregate() {
  if constexpr (Aggregate<T>)
    return areEncodable(MembersOf<T>{});
  else
    return false;
}

}  // namespace detail

template <class T>
  requires(detail::isEncodableAggregate<T>())
struct Codec<T> {
  static void write(ByteWriter& to, const T& value) {
    detail::withMembers(value, [&to]<class... Members>(const Members&... members) {
      (Codec<Members>::write(to, members), ...);
    });
  }
  static T read(ByteReader& from) { return read(from, detail::MembersOf<T>{}); }

 private:
  template <class... Ms>
  static T read(ByteReader& from, detail::Types<Ms...>) {
    return T{static_cast<Ms>(Codec<Ms>::read(from))...};  // braces: evaluated in order
  }
};

/// Returns `value` serialized to bytes.
template <Encodable T>
std::string encodeValue(const T& value) {
  std::string bytes;
  ByteWriter writer(bytes);
  Codec<T>::write(writer, value);
  return bytes;
}

/// Returns the value serialized in `bytes`; nullopt if they are malformed, truncated or followed by further
/// bytes.
template <Encodable T>
std::optional<T> decodeValue(std::string_view bytes) {
  ByteReader reader(bytes);
  std::optional<T> value(std::in_place, Codec<T>::read(reader));
  if (!reader.finished()) return std::nullopt;
  return value;
}

}  // namespace larder

#endif
