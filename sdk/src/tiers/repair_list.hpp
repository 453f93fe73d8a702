// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TIERS_REPAIR_LIST_HPP
#define LARDER_TIERS_REPAIR_LIST_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// The entries that L2 may still hold although a later write should have replaced or removed them: keys whose
/// write failed there, and namespaces whose clear failed. They are removed from L2 before L2's answers about
/// them are trusted again.
///
/// Bounded: beyond `max_keys` keys, a namespace is marked as a whole in place of its keys; beyond
/// kMaxNamespaces namespaces, further ones are refused. Thread-safe.
class RepairList {
 public:
  static constexpr std::size_t kMaxNamespaces = 1000;

  explicit RepairList(std::size_t max_keys) : maxKeys_(max_keys) {}

  /// A mark. A caller that has removed its key or namespace from L2 passes the number back, so that a failure
  /// that came meanwhile stays marked.
  struct Mark {
    std::string nameSpace;
    std::optional<std::string> key;  ///< nullopt: the whole namespace
    std::uint64_t number = 0;
  };

  /// Mark a key or a whole namespace. Return false if there are too many namespaces.
  bool add(std::string_view name_space, std::string_view key);
  bool addNamespace(std::string_view name_space);

  /// Returns the mark of the key, or of its whole namespace.
  std::optional<Mark> find(std::string_view name_space, std::string_view key) const;
  /// Returns up to `limit` marks to work on.
  std::vector<Mark> some(std::size_t limit) const;
  /// Returns the number of the newest mark.
  std::uint64_t last() const;

  /// Removes a mark once L2 no longer holds its key or namespace.
  void remove(const Mark& mark);
  /// Removes all marks of a namespace up to `number`.
  void removeNamespace(std::string_view name_space, std::uint64_t number);

  bool empty() const { return size_.load() == 0; }
  std::size_t size() const { return size_.load(); }

 private:
  struct Space {
    std::uint64_t whole = 0;  // the mark's number, or 0
    std::map<std::string, std::uint64_t, std::less<>> keys;
  };
  using Spaces = std::map<std::string, Space, std::less<>>;

  Space* spaceFor(std::string_view name_space);
  void markWhole(Space& space);
  void tidy(Spaces::iterator space);

  const std::size_t maxKeys_;
  mutable std::mutex mutex_;
  Spaces spaces_;
  std::uint64_t number_ = 0;
  std::size_t keys_ = 0;
  std::atomic<std::size_t> size_{0};  // number of marks; every operation reads it, hence without the lock
};

}  // namespace larder

#endif
