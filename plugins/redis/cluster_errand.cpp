// SPDX-License-Identifier: Apache-2.0
#include "cluster_errand.hpp"

#include "cluster_parts.hpp"

#include <larder/plugin.hpp>

#include <algorithm>
#include <cstring>

namespace larder::redis {
// The copy has the size of this build's struct, whatever minor the host has. A donated value stays with the
// host's operation, since the node may hand the copy back.
Errand::Errand(Cluster& of, const Original& forWhom, unsigned inPart)
    : cluster(of),
      original(forWhom),
      part(inPart),
      nameSpace(nameInPart(plugin::view(forWhom.op->name_space), inPart)) {
  op = {};
  std::memcpy(&op, forWhom.op, std::min<std::size_t>(forWhom.op->struct_size, sizeof op));
  op.struct_size = sizeof op;
  op.flags &= ~LARDER_DONATE;
  op.donated = {};
  op.name_space = plugin::bytes(nameSpace);
  op.user = this;
}

void Errand::join(const std::shared_ptr<Family>& with) {
  family = with;
  ++family->left;
  op.error = {text.data(), static_cast<std::uint32_t>(text.size()), 0};
}

larder_status deliver(Errand& errand, larder_status status) noexcept {
  larder_op& to = *errand.original.op;
  const larder_op& from = errand.op;
  if (errand.family) return status;
  to.error.size = status < 0 ? from.error.size : 0;
  to.result_ttl_ms = from.result_ttl_ms;
  to.version = from.version;
  to.result_number = from.result_number;
  if (LARDER_HAS(&to, larder_op, result_idle_ms)) to.result_idle_ms = from.result_idle_ms;
  if (errand.scan && status == LARDER_OK) return deliverPage(errand);
  to.result = from.result;
  return status;
}

}  // namespace larder::redis
