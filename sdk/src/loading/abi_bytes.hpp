// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOADING_ABI_BYTES_HPP
#define LARDER_LOADING_ABI_BYTES_HPP

#include <larder/abi.h>

#include <cstddef>
#include <string_view>

namespace larder {

/// Returns a view of bytes of the C ABI, which the other side owns.
inline std::string_view viewOf(const larder_bytes& bytes) {
  return {bytes.data, static_cast<std::size_t>(bytes.size)};
}

}  // namespace larder

#endif
