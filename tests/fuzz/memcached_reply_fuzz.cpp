// SPDX-License-Identifier: Apache-2.0
//
// Replies of a memcached: any bytes are cut into parts or refused, in the same way wherever the network cuts
// them, and no part is larger than allowed. The first byte is the size of the pieces.
#include "reply_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using larder::memcached::ReplyPart;
using larder::memcached::ReplyReader;

constexpr std::size_t kLargestValue = 4096;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string textOf(const ReplyPart& part) {
  if (part.kind == ReplyPart::Kind::line) return "line " + std::string(part.text);
  require(part.size <= kLargestValue && !part.text.empty());
  return "value " + std::string(part.text) + " " + std::to_string(part.cas) + " " +
         std::string(part.bytes.get(), part.size);
}

/// The parts of `bytes`, and how it ends.
std::vector<std::string> partsOf(std::string_view bytes, std::size_t piece) {
  ReplyReader reader(kLargestValue);
  std::vector<std::string> parts;
  for (;;) {
    ReplyPart part;
    switch (reader.next(part)) {
      case ReplyReader::Next::part: parts.push_back(textOf(part)); continue;
      case ReplyReader::Next::noMemory: std::abort();
      case ReplyReader::Next::nonsense: parts.emplace_back("nonsense"); return parts;
      case ReplyReader::Next::needsMore: break;
    }
    if (bytes.empty()) {
      parts.emplace_back(reader.isEmpty() ? "end" : "left over");
      return parts;
    }
    const auto room = reader.room();
    require(!room.empty());
    const auto size = std::min({piece, bytes.size(), room.size()});
    std::memcpy(room.data(), bytes.data(), size);
    reader.received(size);
    bytes.remove_prefix(size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = std::max<std::size_t>(data[0], 1);
  require(partsOf(bytes, piece) == partsOf(bytes, bytes.size()));
  return 0;
}
