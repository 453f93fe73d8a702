// SPDX-License-Identifier: Apache-2.0
//
// Every released abi.h and the current one, in one translation unit. Compiling it is the test.
#include <cstddef>
#include <cstdint>
#include <utility>

// The headers' own includes are done above, so that nothing but Larder's types lands in the namespaces.
namespace v1_0 {
#include "releases/1.0/larder/abi.h"
}  // namespace v1_0

// The current header: its macros may differ from the release's by growing.
#undef LARDER_ABI_H
#undef LARDER_ABI_MAJOR
#undef LARDER_ABI_MINOR
#undef LARDER_DEFINE_NOTE
namespace today {
#include <larder/abi.h>
}  // namespace today

#define STRUCT(type) \
  static_assert(sizeof(today::type) >= sizeof(v1_0::type), #type " has shrunk: that is a new major")
#define MEMBER(type, member)                                                                         \
  static_assert(                                                                                     \
      offsetof(today::type, member) == offsetof(v1_0::type, member) &&                               \
          sizeof(std::declval<today::type&>().member) == sizeof(std::declval<v1_0::type&>().member), \
      #type "." #member " has moved or changed its size: that is a new major")
#include "releases/1.0/members.inc"
