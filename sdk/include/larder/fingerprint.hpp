// SPDX-License-Identifier: Apache-2.0
//
// A number that identifies the structure of a type as its Codec writes it.
#ifndef LARDER_FINGERPRINT_HPP
#define LARDER_FINGERPRINT_HPP

#include <larder/aggregate.hpp>
#include <larder/codec.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
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

namespace detail {

// FNV-1a.
class ShapeHash {
 public:
  constexpr void add(std::string_view text) {
    for (const char c : text) step(static_cast<unsigned char>(c));
    step(0);
  }
  constexpr void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) step((number >> shift) & 0xff);
  }
  constexpr std::uint64_t value() const { return value_; }

 private:
  constexpr void step(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001b3u; }
  std::uint64_t value_ = 0xcbf29ce484222325u;
};

// The name of the type as this compiler spells it. For a type with a user-defined codec, nothing else is
// known about its bytes.
template <class T>
constexpr std::string_view typeName() {
  return __PRETTY_FUNCTION__;
}

template <class T>
constexpr void addShape(ShapeHash& to);

template <class T>
struct Shape {
  static constexpr void add(ShapeHash& to) {
    if constexpr (std::is_enum_v<T>) {
      to.add("enum");
      addShape<std::underlying_type_t<T>>(to);
    } else if constexpr (std::integral<T>) {
      to.add(std::is_signed_v<T> ? "int" : "uint");
      to.add(sizeof(T));
    } else if constexpr (std::floating_point<T>) {
      to.add("float");
      to.add(sizeof(T));
    } else if constexpr (isEncodableAggregate<T>()) {
      addMembers(to, MembersOf<T>{});
    } else {
      to.add("type");
      to.add(typeName<T>());
    }
    if constexpr (requires { Codec<T>::kVersion; }) to.add(Codec<T>::kVersion);
  }

  template <class... Members>
  static constexpr void addMembers(ShapeHash& to, Types<Members...>) {
    to.add("struct");
    to.add(sizeof...(Members));
    (addShape<Members>(to), ...);
  }
};

template <class... Parts>
struct ShapeOfParts {
  static constexpr void add(ShapeHash& to, std::string_view name) {
    to.add(name);
    to.add(sizeof...(Parts));
    (addShape<Parts>(to), ...);
  }
};

template <>
struct Shape<std::string> {
  static constexpr void add(ShapeHash& to) { to.add("string"); }
};
template <class Rep, class Period>
struct Shape<std::chrono::duration<Rep, Period>> {
  static constexpr void add(ShapeHash& to) {
    ShapeOfParts<Rep>::add(to, "duration");
    to.add(static_cast<std::uint64_t>(Period::num));
    to.add(static_cast<std::uint64_t>(Period::den));
  }
};
template <class Clock, class Duration>
struct Shape<std::chrono::time_point<Clock, Duration>> {
  static constexpr void add(ShapeHash& to) { ShapeOfParts<Duration>::add(to, "time"); }
};
template <class T>
struct Shape<std::optional<T>> {
  static constexpr void add(ShapeHash& to) { ShapeOfParts<T>::add(to, "optional"); }
};
template <class T>
struct Shape<std::vector<T>> {
  static constexpr void add(ShapeHash& to) { ShapeOfParts<T>::add(to, "vector"); }
};
template <class T, std::size_t N>
struct Shape<std::array<T, N>> {
  static constexpr void add(ShapeHash& to) {
    ShapeOfParts<T>::add(to, "array");
    to.add(N);
  }
};
template <class... Ts>
struct Shape<std::tuple<Ts...>> {
  static constexpr void add(ShapeHash& to) { ShapeOfParts<Ts...>::add(to, "tuple"); }
};
template <class A, class B>
struct Shape<std::pair<A, B>> {
  static constexpr void add(ShapeHash& to) { ShapeOfParts<A, B>::add(to, "tuple"); }
};
template <class T, class Compare>
struct Shape<std::set<T, Compare>> {
  static constexpr void add(ShapeHash& to) { ShapeOfParts<T>::add(to, "set"); }
};
template <class T, class Hash, class Equal>
struct Shape<std::unordered_set<T, Hash, Equal>> {
  static constexpr void add(ShapeHash& to) { ShapeOfParts<T>::add(to, "set"); }
};
template <class K, class V, class Compare>
struct Shape<std::map<K, V, Compare>> {
  static constexpr void add(ShapeHash& to) { ShapeOfParts<K, V>::add(to, "map"); }
};
template <class K, class V, class Hash, class Equal>
struct Shape<std::unordered_map<K, V, Hash, Equal>> {
  static constexpr void add(ShapeHash& to) { ShapeOfParts<K, V>::add(to, "map"); }
};

template <class T>
constexpr void addShape(ShapeHash& to) {
  Shape<T>::add(to);
}

}  // namespace detail

/// Returns a fingerprint of how values of these types are written in sequence. It covers the structure down
/// to the kinds and sizes of numbers, but not names. Values written before a type's members were added,
/// removed, reordered or changed are therefore never read as the new type.
///
/// The same on all hosts for types that codec.hpp covers. A type with a user-defined codec is identified by
/// its name, which compilers spell differently, and by Codec<T>::kVersion, a number that its author increases
/// with each change of the bytes.
template <class... Types>
constexpr std::uint64_t fingerprintOf() {
  detail::ShapeHash hash;
  (detail::addShape<Types>(hash), ...);
  return hash.value();
}

}  // namespace larder

#endif
