// SPDX-License-Identifier: Apache-2.0
#include "tags/change_marks.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace larder {
namespace {

// More groups mean more marks to read before each computation that may add tags. Fewer groups mean that more
// values go unstored because an unrelated tag of the same group was invalidated.
constexpr std::size_t kGroups = 16;

std::string nameOf(std::size_t group) { return "larder:changes:" + std::to_string(group); }

}  // namespace

// XXH3 yields the same hash on every host.
std::string ChangeMarks::of(const std::string& tag) {
  return nameOf(XXH3_64bits(tag.data(), tag.size()) % kGroups);
}

// Marks missing from the store are created in a second step. That happens once in the life of a store, or
// after the store lost them.
void ChangeMarks::readWith(std::vector<TagStamp>& stamps, std::chrono::milliseconds ttl,
                           std::function<void(bool, Marks)> done) const {
  const auto marks = std::make_shared<Marks>();
  for (std::size_t group = 0; group < kGroups; ++group) marks->push_back({nameOf(group), 0});
  stamps_.create(
      stamps, ttl,
      [this, marks, done = std::move(done)](bool complete) {
        if (!complete) return done(false, {});
        stamps_.create(*marks, std::chrono::milliseconds(0),
                       [marks, done](bool created) { done(true, created ? std::move(*marks) : Marks()); });
      },
      marks.get());
}

void ChangeMarks::compare(const Marks& before, const std::vector<TagStamp>& tags,
                          std::function<void(bool)> done) const {
  const auto marks = std::make_shared<Marks>();
  for (const auto& tag : tags) {
    auto name = of(tag.tag);
    const bool named =
        std::any_of(marks->begin(), marks->end(), [&name](const auto& mark) { return mark.tag == name; });
    if (!named) marks->push_back({std::move(name), 0});
  }
  stamps_.read(*marks, TagStamps::From::source, [marks, before, done = std::move(done)](bool complete) {
    done(complete && std::all_of(marks->begin(), marks->end(), [&before](const auto& mark) {
           return std::any_of(before.begin(), before.end(),
                              [&mark](const auto& then) { return isCurrent(then, mark); });
         }));
  });
}

}  // namespace larder
