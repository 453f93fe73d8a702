// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TAGS_CHANGE_MARKS_HPP
#define LARDER_TAGS_CHANGE_MARKS_HPP

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "tags/tag_stamps.hpp"

namespace larder {

/// Detects whether a tag was invalidated since a given moment, for tags that were not yet known at that
/// moment.
///
/// Tags are grouped by hash. Each group has a mark: a stamp that changes before the stamp of any tag in the
/// group does. A computation reads all marks before it starts. Afterwards it reads the stamp of each tag that
/// the value turned out to have, and then the mark of that tag. If the mark differs, a tag of its group,
/// perhaps this one, was invalidated meanwhile. If it is the same, the tag's stamp predates any such
/// invalidation or is about to be replaced. A mark that the store lost is recreated with a different value.
class ChangeMarks {
 public:
  using Marks = std::vector<TagStamp>;  // one per group

  explicit ChangeMarks(TagStamps& stamps) : stamps_(stamps) {}

  /// Returns the name of the mark that covers `tag`. A mark is itself a tag.
  static std::string of(const std::string& tag);

  /// Gives each of `stamps` that is 0 a stamp, as TagStamps::create does, and reads the marks in the same
  /// round trip. `done` receives whether all stamps exist, and the current marks; the marks are empty if the
  /// backend failed.
  void readWith(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl,
                std::function<void(bool, Marks)> done) const;

  /// Calls `done` with true if the marks of all these tags are the same as in `before`, and with false if one
  /// differs or the backend failed.
  void compare(const Marks& before, const std::vector<TagStamp>& tags, std::function<void(bool)> done) const;

 private:
  TagStamps& stamps_;
};

}  // namespace larder

#endif
