// SPDX-License-Identifier: Apache-2.0
//
// Reflects on the members of a plain struct without macros and without naming them: their number, their
// types, and access to each. For codec.hpp.
#ifndef LARDER_AGGREGATE_HPP
#define LARDER_AGGREGATE_HPP

#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <tuple>
#include <type_traits>
#include <utility>

namespace larder::detail {

template <class... Ts>
struct Types {};

inline constexpr std::size_t kMaxMembers = 16;

// Converts to any member in T{...}, but not to T itself: that would be a copy.
template <class T>
struct AnyMember {
  template <class U>
    requires(!std::same_as<std::remove_cv_t<U>, T>)
  operator U() const noexcept {  // NOLINT(google-explicit-constructor): it stands for the member
    std::abort();                // never called
  }
};
template <class T>
struct AnyBase {
  template <class U>
    requires(std::is_base_of_v<U, T> && !std::same_as<std::remove_cv_t<U>, T>)
  operator U() const noexcept {  // NOLINT(google-explicit-constructor): it stands for the member
    std::abort();                // never called
  }
};
template <class T, std::size_t>
using AnyAt = AnyMember<T>;

template <class T, std::size_t... I>
consteval bool takesMembers(std::index_sequence<I...>) {
  return requires { T{AnyAt<T, I>{}...}; };
}

// Returns how many values T{...} accepts. 0: none; kMaxMembers + 1: too many.
template <class T, std::size_t Tried = kMaxMembers + 1>
consteval std::size_t memberCount() {
  if constexpr (Tried == 0)
    return 0;
  else if constexpr (takesMembers<T>(std::make_index_sequence<Tried>{}))
    return Tried;
  else
    return memberCount<T, Tried - 1>();
}

template <class T, std::size_t... Before, std::size_t... After>
consteval bool takesTwoInBraces(std::index_sequence<Before...>, std::index_sequence<After...>) {
  return requires { T{AnyAt<T, Before>{}..., {AnyMember<T>{}, AnyMember<T>{}}, AnyAt<T, After>{}...}; };
}

// An array member consumes several of the values that T{...} accepts. If two values in braces fit at a
// position, but fewer values may then follow, that member is an array, and T has fewer members than values.
template <class T, std::size_t Count, std::size_t Place = 0>
consteval bool hasArray() {
  if constexpr (Place + 1 >= Count) {
    return false;
  } else {
    using Before = std::make_index_sequence<Place>;
    if constexpr (takesTwoInBraces<T>(Before{}, std::index_sequence<>{}) &&
                  !takesTwoInBraces<T>(Before{}, std::make_index_sequence<Count - Place - 1>{}))
      return true;
    else
      return hasArray<T, Count, Place + 1>();
  }
}

template <class T>
consteval bool hasReadableMembers() {
  if constexpr (!std::is_aggregate_v<T> || std::is_array_v<T> || std::is_union_v<T>) {
    return false;
  } else if constexpr (requires { std::tuple_size<T>::value; }) {
    return false;  // std::array: a structured binding binds its elements
  } else if constexpr (!std::is_move_assignable_v<T>) {
    return false;  // rules out reference members
  } else if constexpr (requires { T{AnyBase<T>{}}; }) {
    return false;  // structured bindings need all members in one class
  } else {
    constexpr auto count = memberCount<T>();
    if constexpr (count == 0 || count > kMaxMembers)
      return false;
    else
      return !hasArray<T, count>();
  }
}

/// A struct of 1 to 16 public, assignable members and nothing else: no base, no constructor, no C array.
template <class T>
concept Aggregate = hasReadableMembers<T>();

/// Calls `use` once, with all members as arguments, and returns its result.
template <class T, class Use>
constexpr auto withMembers(const T& value, Use use) {
  constexpr auto count = memberCount<T>();
  // clang-format off
  if constexpr (count == 1) { const auto& [a] = value; return use(a); }
  else if constexpr (count == 2) { const auto& [a, b] = value; return use(a, b); }
  else if constexpr (count == 3) { const auto& [a, b, c] = value; return use(a, b, c); }
  else if constexpr (count == 4) { const auto& [a, b, c, d] = value; return use(a, b, c, d); }
  else if constexpr (count == 5) { const auto& [a, b, c, d, e] = value; return use(a, b, c, d, e); }
  else if constexpr (count == 6) { const auto& [a, b, c, d, e, f] = value; return use(a, b, c, d, e, f); }
  else if constexpr (count == 7) { const auto& [a, b, c, d, e, f, g] = value; return use(a, b, c, d, e, f, g); }
  else if constexpr (count == 8) { const auto& [a, b, c, d, e, f, g, h] = value; return use(a, b, c, d, e, f, g, h); }
  else if constexpr (count == 9) { const auto& [a, b, c, d, e, f, g, h, i] = value; return use(a, b, c, d, e, f, g, h, i); }
  else if constexpr (count == 10) { const auto& [a, b, c, d, e, f, g, h, i, j] = value; return use(a, b, c, d, e, f, g, h, i, j); }
  else if constexpr (count == 11) { const auto& [a, b, c, d, e, f, g, h, i, j, k] = value; return use(a, b, c, d, e, f, g, h, i, j, k); }
  else if constexpr (count == 12) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l); }
  else if constexpr (count == 13) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l, m); }
  else if constexpr (count == 14) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n); }
  else if constexpr (count == 15) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o); }
  else if constexpr (count == 16) { const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value; return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p); }
  // clang-format on
}

struct ListTypes {
  template <class... Members>
  constexpr Types<Members...> operator()(const Members&...) const {
    return {};
  }
};
/// The types of the members of T.
template <class T>
using MembersOf = decltype(withMembers(std::declval<const T&>(), ListTypes{}));

}  // namespace larder::detail

#endif
