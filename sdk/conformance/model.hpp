// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_MODEL_HPP
#define LARDER_CONFORMANCE_MODEL_HPP

#include <larder/backend.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace larder::conformance {

/// A reference model of a backend with a single caller, simple enough to be evidently correct. It ignores
/// time.
class Model {
 public:
  struct Entry {
    std::string value;
    std::uint64_t version;
  };

  const Entry* find(const Operation& operation) const {
    const auto found = entries_.find(nameOf(operation));
    return found == entries_.end() ? nullptr : &found->second;
  }

  Status expected(const Operation& operation) const {
    const Entry* entry = find(operation);
    switch (operation.code) {
      case OpCode::set: return conditionsHold(operation, entry) ? Status::ok : Status::notStored;
      case OpCode::clearNamespace: return Status::ok;
      case OpCode::erase:
        if (entry == nullptr) return Status::miss;
        return conditionsHold(operation, entry) ? Status::ok : Status::notStored;
      default: return entry != nullptr ? Status::ok : Status::miss;
    }
  }

  /// Applies the effect of a successful operation.
  void apply(const Operation& operation, std::uint64_t version) {
    if (operation.code == OpCode::set) entries_[nameOf(operation)] = {std::string(operation.value), version};
    if (operation.code == OpCode::erase) entries_.erase(nameOf(operation));
    if (operation.code == OpCode::clearNamespace)
      std::erase_if(entries_, [&](const auto& entry) { return entry.first.first == operation.nameSpace; });
  }

 private:
  using Name = std::pair<std::string, std::string>;

  static Name nameOf(const Operation& operation) {
    return {std::string(operation.nameSpace), std::string(operation.key)};
  }

  static bool conditionsHold(const Operation& operation, const Entry* entry) {
    const auto has = [&](OperationFlags flag) { return larder::has(operation.flags, flag); };
    if (has(OperationFlags::ifAbsent)) return entry == nullptr;
    if (has(OperationFlags::ifPresent) && entry == nullptr) return false;
    if (!has(OperationFlags::ifVersion)) return true;
    return entry != nullptr && entry->version == operation.expectedVersion;
  }

  std::map<Name, Entry> entries_;
};

}  // namespace larder::conformance

#endif
