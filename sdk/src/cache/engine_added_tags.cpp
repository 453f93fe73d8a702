// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <utility>

#include "cache/engine.hpp"

namespace larder {
namespace {

std::vector<std::string> namesOf(const std::vector<TagStamp>& stamps) {
  std::vector<std::string> names;
  for (const auto& each : stamps) names.push_back(each.tag);
  return names;
}

// Those of `names` that `known` has not, each once.
std::vector<TagStamp> newOnes(const std::vector<std::string>& names, const std::vector<TagStamp>& known) {
  std::vector<TagStamp> added;
  const auto has = [](const std::vector<TagStamp>& tags, const std::string& name) {
    return std::any_of(tags.begin(), tags.end(), [&name](const auto& each) { return each.tag == name; });
  };
  for (const auto& name : names)
    if (!has(known, name) && !has(added, name)) added.push_back({name, 0});
  return added;
}

}  // namespace

void Cache::Engine::checkAddedTags(Found found, std::function<void(Found)> then) {
  struct Check {
    Found found;
    std::vector<TagStamp> now;
  };
  const auto check = std::make_shared<Check>(Check{std::move(found), {}});
  check->now = check->found.addedTags;
  const auto drop = [check] {
    check->found.hit.reset();
    check->found.stale.reset();
  };
  if (invalidating_.covers({}, {}, namesOf(check->now))) {
    drop();
    return then(std::move(check->found));
  }
  tags_.read(
      check->now, TagStamps::From::anywhere, [this, check, drop, then = std::move(then)](bool complete) {
        if (!complete) ++readFailures_;
        const auto& remembered = check->found.addedTags;
        if (!complete || !std::equal(remembered.begin(), remembered.end(), check->now.begin(), isCurrent))
          drop();
        then(std::move(check->found));
      });
}

void Cache::Engine::readMarks(const CallerPtr& caller) {
  marks_.read([this, caller](ChangeMarks::Marks marks) {
    if (marks.empty()) ++readFailures_;
    caller->marks = std::move(marks);
    compute(caller);
  });
}

// The order matters: see ChangeMarks.
void Cache::Engine::addTags(const CallerPtr& caller, const std::vector<std::string>& tags,
                            std::function<void(bool)> then) {
  if (caller->marks.empty() || tags.size() > kMaxAddedTags || invalidating_.covers({}, {}, tags))
    return then(false);
  const auto added = std::make_shared<std::vector<TagStamp>>(newOnes(tags, caller->stamps));
  if (added->empty()) return then(true);
  const auto finish = [caller, added, then = std::move(then)](bool unchanged) {
    if (unchanged) caller->stamps.insert(caller->stamps.end(), added->begin(), added->end());
    then(unchanged);
  };
  tags_.readOrCreate(*added, caller->request.expire, [this, caller, added, finish](bool complete) {
    if (!complete) {
      ++readFailures_;
      return finish(false);
    }
    marks_.compare(caller->marks, *added, finish);
  });
}

}  // namespace larder
