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

/// Tells whether a tag was invalidated since a moment, for tags that nobody could name at that moment.
///
/// The tags are in groups, by their hash, and each group has a mark: a stamp that changes before that of any
/// tag of the group does. Who computes reads all marks before, and the mark of each tag that the value turns
/// out to have after it has read the tag's stamp. If a mark is another one, a tag of its group, perhaps this
/// one, was invalidated meanwhile. If it is the same, then the tag's stamp is from before, or will be
/// replaced. A mark that the store lost comes back as another one.
class ChangeMarks {
 public:
  using Marks = std::vector<TagStamp>;  // one for each group

  explicit ChangeMarks(TagStamps& stamps) : stamps_(stamps) {}

  /// The mark of a tag, which is a tag itself.
  static std::string of(const std::string& tag);

  /// Gives each of `stamps` that is 0 a stamp, as TagStamps::create, and reads the marks in the same round
  /// trip. `done` is told whether all stamps are there, and gets the marks as they are now: nothing if the
  /// backend failed.
  void readWith(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl,
                std::function<void(bool, Marks)> done) const;

  /// `done` is told whether the marks of all these tags still are as they were `before`; false also if the
  /// backend failed.
  void compare(const Marks& before, const std::vector<TagStamp>& tags, std::function<void(bool)> done) const;

 private:
  TagStamps& stamps_;
};

}  // namespace larder

#endif
