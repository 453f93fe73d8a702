// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"

#include <algorithm>

namespace larder::broken {
namespace {

// Clearing a namespace whose name ends in an asterisk treats it as a pattern.
class ClearUnderstandsWildcards final : public Reference {
 public:
  using Reference::Reference;

  bool isIn(const Name& name, std::string_view name_space) const override {
    if (name_space.empty() || name_space.back() != '*') return Reference::isIn(name, name_space);
    name_space.remove_suffix(1);
    return name.first.compare(0, name_space.size(), name_space) == 0;
  }
};

// Clears 64 entries and reports success.
class ClearsTooLittle final : public Reference {
 public:
  using Reference::Reference;

  larder_status clearNamespace(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    int left = 64;
    for (auto at = entries_.begin(); at != entries_.end() && left > 0;) {
      if (!isIn(at->first, plugin::view(op.name_space))) {
        ++at;
        continue;
      }
      at = entries_.erase(at);
      --left;
    }
    return LARDER_OK;
  }
};

// Clearing abc clears abcd.
class ClearsTooMuch final : public Reference {
 public:
  using Reference::Reference;

  bool isIn(const Name& name, std::string_view name_space) const override {
    return name.first.compare(0, name_space.size(), name_space) == 0;
  }
};

// Clearing the empty namespace clears every namespace.
class EmptyNamespaceIsAll final : public Reference {
 public:
  using Reference::Reference;

  bool isIn(const Name& name, std::string_view name_space) const override {
    return name_space.empty() || Reference::isIn(name, name_space);
  }
};

// Error texts contain the key.
class KeyInError final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const larder_status status = Reference::answer(op);
    return status < 0 ? plugin::fail(op, status, plugin::view(op.key)) : status;
  }
};

// Declares a key limit of 200 bytes.
class KeyLimitTooLow final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t maxKeySize() const override { return 200; }
};

// Keeps only the first 249 bytes of a key.
class KeysCutAt250 final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override {
    Name name = Reference::nameOf(op);
    name.second.resize(std::min<std::size_t>(name.second.size(), 249));
    return name;
  }
};

// Treats a key as a C string.
class KeysCutAtNul final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override {
    Name name = Reference::nameOf(op);
    name.second = name.second.c_str();
    return name;
  }
};

// Treats A and a as the same key.
class KeysIgnoreCase final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override {
    Name name = Reference::nameOf(op);
    for (char& byte : name.second)
      if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
    return name;
  }
};

// Concatenates namespace and key without a separator.
class NamesConcatenated final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override {
    const Name name = Reference::nameOf(op);
    return {"", name.first + name.second};
  }
  bool isIn(const Name& name, std::string_view name_space) const override {
    return name.second.compare(0, name_space.size(), name_space) == 0;
  }
};

// Joins namespace and key with a colon, which either may contain.
class NamesJoinedByColon final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override {
    const Name name = Reference::nameOf(op);
    return {"", name.first + ":" + name.second};
  }
  bool isIn(const Name& name, std::string_view name_space) const override {
    return name.second.compare(0, name_space.size() + 1, std::string(name_space) + ":") == 0;
  }
};

// Ignores the namespace.
class NamespaceIgnored final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override { return {"", Reference::nameOf(op).second}; }
  bool isIn(const Name&, std::string_view) const override { return true; }
};

// Accepts keys longer than the limit it declares.
class TakesLongerKeys final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    op.key.size = std::min(op.key.size, maxKeySize());
    return Reference::answer(op);
  }
};

}  // namespace

void namesFaults(Faults& faults) {
  faults.push_back(brokenClass<ClearUnderstandsWildcards>("clear_understands_wildcards"));
  faults.push_back(brokenClass<ClearsTooLittle>("clears_too_little"));
  faults.push_back(brokenClass<ClearsTooMuch>("clears_too_much"));
  faults.push_back(brokenClass<EmptyNamespaceIsAll>("empty_namespace_is_all"));
  faults.push_back(brokenClass<KeyInError>("key_in_error"));
  faults.push_back(brokenClass<KeyLimitTooLow>("key_limit_too_low"));
  faults.push_back(brokenClass<KeysCutAt250>("keys_cut_at_250"));
  faults.push_back(brokenClass<KeysCutAtNul>("keys_cut_at_nul"));
  faults.push_back(brokenClass<KeysIgnoreCase>("keys_ignore_case"));
  faults.push_back(brokenClass<NamesConcatenated>("names_concatenated"));
  faults.push_back(brokenClass<NamesJoinedByColon>("names_joined_by_colon"));
  faults.push_back(brokenClass<NamespaceIgnored>("namespace_ignored"));
  faults.push_back(brokenClass<TakesLongerKeys>("takes_longer_keys"));
}

}  // namespace larder::broken
