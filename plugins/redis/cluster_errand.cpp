// SPDX-License-Identifier: Apache-2.0
#include "cluster_errand.hpp"

#include "cluster_parts.hpp"

#include <larder/plugin.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>
#include <system_error>

namespace larder::redis {
namespace {

template <class Number>
bool parseNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// The node's page begins with its own cursor, empty at the end.
void rewritePage(Errand& errand) {
  const larder_value page = errand.op.result;
  std::string_view left(static_cast<const char*>(page.data), page.size);
  const auto take = [&left] {
    std::uint32_t size = 0;
    std::memcpy(&size, left.data(), sizeof size);
    const std::string_view text = left.substr(sizeof size, size);
    left.remove_prefix(sizeof size + size);
    return text;
  };
  const std::string_view cursor = take();
  std::string next;
  if (!cursor.empty())
    next = std::to_string(errand.part).append(":").append(cursor);
  else if (errand.part + 1 < partCount)
    next = std::to_string(errand.part + 1) + ":0";
  plugin::ScanResult result(next);
  while (!left.empty()) result.add(take());
  result.lendTo(*errand.original.op);
}

void releaseResult(const larder_op& op) {
  if (op.result.release != nullptr) op.result.release(op.result.owner);
}

}  // namespace

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

bool readScanPosition(std::string_view text, ScanPosition& position) {
  position = {0, "0"};
  if (text.empty()) return true;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  position.cursor = text.substr(colon + 1);
  std::uint64_t number = 0;
  return parseNumber(text.substr(0, colon), position.part) && position.part < partCount &&
         parseNumber(position.cursor, number);
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
  if (status == LARDER_OK && to.opcode == LARDER_OP_SCAN) {
    try {
      rewritePage(errand);
    } catch (const std::bad_alloc&) {
      status = LARDER_NO_MEMORY;
    }
    releaseResult(from);
    return status;
  }
  to.result = from.result;
  return status;
}

}  // namespace larder::redis
