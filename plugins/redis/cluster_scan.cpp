// SPDX-License-Identifier: Apache-2.0
#include "cluster_scan.hpp"

#include "cluster_errand.hpp"
#include "cluster_node.hpp"
#include "cluster_parts.hpp"

#include <larder/plugin.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <new>
#include <system_error>

namespace larder::redis {
namespace {

constexpr std::size_t longestCursor = 20;  // a node's cursors have 64 bits

// Bounds how long a caller waits for a page, and how long one command holds up a node: about 1 ms.
constexpr int mostSteps = 16;
constexpr std::int64_t mostAtOnce = 10'000;

template <class Number>
std::optional<Number> parseNumber(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The page of a node: its cursor, which is empty at the end, and the keys.
class NodePage {
 public:
  explicit NodePage(const larder_value& page) : left_(static_cast<const char*>(page.data), page.size) {}

  bool isAtEnd() const { return left_.empty(); }

  std::string_view take() {
    std::uint32_t size = 0;
    std::memcpy(&size, left_.data(), sizeof size);
    const std::string_view text = left_.substr(sizeof size, size);
    left_.remove_prefix(sizeof size + size);
    return text;
  }

 private:
  std::string_view left_;
};

void releaseResult(larder_op& op) {
  if (op.result.release != nullptr) op.result.release(op.result.owner);
  op.result = {};
}

std::string nextPosition(const Errand& errand, std::string_view cursor) {
  if (!cursor.empty())
    return std::to_string(errand.part) + ":" + std::to_string(errand.scan->node) + ":" + std::string(cursor);
  if (errand.part + 1 < partCount) return std::to_string(errand.part + 1) + "::0";
  return {};
}

}  // namespace

std::optional<ScanPosition> readScanPosition(std::string_view text) {
  if (text.empty()) return ScanPosition{};
  const auto first = text.find(':');
  const auto second = text.find(':', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto part = parseNumber<unsigned>(text.substr(0, first));
  const auto nodeText = text.substr(first + 1, second - first - 1);
  const auto node = parseNumber<unsigned>(nodeText);
  const auto cursor = text.substr(second + 1);
  if (!part || *part >= partCount || (!node && !nodeText.empty())) return std::nullopt;
  if (!parseNumber<std::uint64_t>(cursor)) return std::nullopt;
  return ScanPosition{*part, node, cursor};
}

void beginScan(Errand& errand) {
  const auto position = readScanPosition(plugin::view(errand.original.op->value)).value_or(ScanPosition{});
  ScanProgress& scan = errand.scan.emplace();
  scan.cursor.reserve(longestCursor);
  scan.cursor = position.cursor;
  scan.node = position.node.value_or(slotCount);
}

void continueScanAt(const ClusterNode& node, Errand& errand) noexcept {
  ScanProgress& scan = *errand.scan;
  if (scan.node != node.hash) {
    scan.node = node.hash;
    scan.cursor = "0";
  }
  errand.op.value = plugin::bytes(scan.cursor);
}

bool mustScanOn(Errand& errand) noexcept {
  ScanProgress& scan = *errand.scan;
  NodePage page(errand.op.result);
  const std::string_view cursor = page.take();
  if (!page.isAtEnd() || ++scan.steps == mostSteps) return false;
  if (cursor.empty()) {
    if (errand.part + 1 == partCount) return false;
    try {
      errand.nameSpace = nameInPart(plugin::view(errand.original.op->name_space), errand.part + 1);
    } catch (const std::bad_alloc&) {
      return false;
    }
    errand.op.name_space = plugin::bytes(errand.nameSpace);
    ++errand.part;
  }
  scan.cursor = cursor.empty() ? "0" : cursor;
  constexpr std::int64_t growth = 4;
  errand.op.number = std::min(errand.op.number * growth, mostAtOnce);
  releaseResult(errand.op);
  return true;
}

larder_status deliverPage(Errand& errand) noexcept {
  larder_status status = LARDER_OK;
  try {
    NodePage page(errand.op.result);
    plugin::ScanResult result(nextPosition(errand, page.take()));
    while (!page.isAtEnd()) result.add(page.take());
    result.lendTo(*errand.original.op);
  } catch (const std::bad_alloc&) {
    status = LARDER_NO_MEMORY;
  }
  releaseResult(errand.op);
  return status;
}

}  // namespace larder::redis
