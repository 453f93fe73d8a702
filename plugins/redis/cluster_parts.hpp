// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CLUSTER_PARTS_HPP
#define LARDER_REDIS_CLUSTER_PARTS_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder::redis {

/// Every namespace in a cluster is divided into this many parts. Part p of each namespace lies in one slot,
/// and the slots of the parts are spread evenly over all slots, so that masters with equal shares of the
/// slots have equal shares of every namespace. The number is part of the storage format.
constexpr unsigned partCount = 64;

constexpr unsigned slotCount = 16384;

/// Returns the slot of a key whose hash tag, or whole text if it has none, is `tag`.
std::uint16_t slotOf(std::string_view tag);

/// Returns the part that an entry or a lock belongs to.
unsigned partOf(std::string_view key);

/// Returns the hash tag of a part: the smallest number whose slot is among the part's 256.
const std::string& tagOfPart(unsigned part);

std::uint16_t slotOfPart(unsigned part);

/// Returns the part that lies in `slot`, if one does.
std::optional<unsigned> partInSlot(unsigned slot);

/// Returns the name of a part of a namespace, with which its keys begin: "{17}5:users". The length marks
/// where the name of the namespace ends, whatever bytes it contains.
std::string nameInPart(std::string_view nameSpace, unsigned part);

}  // namespace larder::redis

#endif
