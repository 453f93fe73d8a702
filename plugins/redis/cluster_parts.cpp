// SPDX-License-Identifier: Apache-2.0
#include "cluster_parts.hpp"

#include <array>
#include <cstddef>

namespace larder::redis {
namespace {

constexpr unsigned slotsPerPart = slotCount / partCount;

// CRC16 as Redis Cluster defines it: polynomial 0x1021, initial value 0.
constexpr std::array<std::uint16_t, 256> crcTable() {
  constexpr unsigned polynomial = 0x1021;
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? crc << 1 ^ polynomial : crc << 1;
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}

std::uint16_t crc16(std::string_view text) {
  static constexpr auto table = crcTable();
  unsigned crc = 0;
  for (const char c : text)
    crc = (crc << 8 ^ table[(crc >> 8 ^ static_cast<unsigned char>(c)) & 0xffU]) & 0xffffU;
  return static_cast<std::uint16_t>(crc);
}

struct Tag {
  std::string text;
  std::uint16_t slot = 0;
};

std::array<Tag, partCount> makeTags() {
  std::array<Tag, partCount> tags;
  unsigned missing = partCount;
  for (unsigned number = 0; missing > 0; ++number) {
    const std::string text = std::to_string(number);
    const std::uint16_t slot = slotOf(text);
    Tag& tag = tags[slot / slotsPerPart];
    if (!tag.text.empty()) continue;
    tag = {text, slot};
    --missing;
  }
  return tags;
}

const std::array<Tag, partCount>& tags() {
  static const auto all = makeTags();
  return all;
}

}  // namespace

std::uint16_t slotOf(std::string_view tag) { return crc16(tag) % slotCount; }

unsigned partOf(std::string_view key) { return crc16(key) % partCount; }

const std::string& tagOfPart(unsigned part) { return tags()[part].text; }

std::uint16_t slotOfPart(unsigned part) { return tags()[part].slot; }

std::optional<unsigned> partInSlot(unsigned slot) {
  if (slot >= slotCount) return std::nullopt;
  const unsigned part = slot / slotsPerPart;
  return slotOfPart(part) == slot ? std::optional(part) : std::nullopt;
}

std::string nameInPart(std::string_view nameSpace, unsigned part) {
  std::string name("{");
  name.append(tagOfPart(part)).append("}").append(std::to_string(nameSpace.size())).append(":");
  return name.append(nameSpace);
}

}  // namespace larder::redis
