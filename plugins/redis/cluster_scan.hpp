// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CLUSTER_SCAN_HPP
#define LARDER_REDIS_CLUSTER_SCAN_HPP

#include <larder/abi.h>

#include <optional>
#include <string>
#include <string_view>

namespace larder::redis {

struct ClusterNode;
struct Errand;

/// Where a scan of a namespace continues: in which part, and there at which of its node's cursors. As text
/// "PART:NODE:CURSOR", where NODE is a short hash of the node's address.
struct ScanPosition {
  unsigned part = 0;
  std::optional<unsigned> node;  ///< nullopt: the scan begins here
  std::string_view cursor = "0";
};

/// Parses a cursor. Empty text is the beginning. Returns nullopt if no scan returned the text.
std::optional<ScanPosition> readScanPosition(std::string_view text);

/// How far the errand of a SCAN has come.
struct ScanProgress {
  unsigned node = 0;  ///< hash of the node that `cursor` belongs to
  std::string cursor;
  int steps = 0;  ///< commands that found no key
};

/// Sets the cursor at which the errand starts, as the host's operation says. Throws std::bad_alloc.
void beginScan(Errand& errand);

/// Prepares the errand for `node`. The cursor of another node means nothing to it, so if the part has moved,
/// the part is scanned again from its beginning.
void continueScanAt(const ClusterNode& node, Errand& errand) noexcept;

/// Returns true if the errand's page lists no key and the errand is to be sent again; it has been set to the
/// next position by then. A node walks through the entries of all its parts and namespaces, of which those
/// asked for may be few. Each such step therefore covers more of them than the step before.
bool mustScanOn(Errand& errand) noexcept;

/// Gives the errand's page to the host's operation, with a cursor of the whole namespace. Returns LARDER_OK
/// or LARDER_NO_MEMORY.
larder_status deliverPage(Errand& errand) noexcept;

}  // namespace larder::redis

#endif
