// SPDX-License-Identifier: Apache-2.0
#include "admin/invalidation_journal.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace larder::host {
namespace {

std::string cut(std::string_view name) {
  return std::string(name.substr(0, InvalidationJournal::kLongestName));
}

std::vector<std::string> cut(std::span<const std::string> names) {
  std::vector<std::string> kept;
  for (const auto& name : names.first(std::min(names.size(), InvalidationJournal::kMostNames)))
    kept.push_back(cut(name));
  return kept;
}

}  // namespace

std::uint64_t InvalidationJournal::begin(InvalidationRecord record) {
  record.time = clock_.realtime();
  record.began = clock_.monotonic();
  record.from = cut(record.from);
  record.tags = cut(std::span<const std::string>(record.tags));
  record.targets = cut(std::span<const std::string>(record.targets));
  record.nameSpace = cut(record.nameSpace);
  record.key = cut(record.key);

  const std::lock_guard lock(mutex_);
  const auto number = record.number = ++last_;
  for (const auto& tag : record.tags) latestOfTag_[tag] = number;
  bytes_ += bytesOf(record);
  records_.push_back(std::move(record));
  while (records_.size() > kMostRecords || bytes_ > kMostBytes) dropOldest();
  return number;
}

void InvalidationJournal::end(std::uint64_t number, Status status) {
  const std::lock_guard lock(mutex_);
  if (auto* const record = find(number)) record->status = status;
}

std::uint64_t InvalidationJournal::invalidating(const http::WriteInvalidates& what) {
  return begin({.by = InvalidationRecord::By::write,
                .from = std::string(what.route),
                .tags = {what.tags.begin(), what.tags.end()},
                .targets = {what.targets.begin(), what.targets.end()}});
}

void InvalidationJournal::missed(std::string_view tag) {
  tag = tag.substr(0, kLongestName);
  const std::lock_guard lock(mutex_);
  if (const auto known = latestOfTag_.find(tag); known != latestOfTag_.end()) {
    ++find(known->second)->misses;
    return;
  }
  ++others_.misses;
  auto& tags = others_.tags;
  if (const auto known = std::find(tags.begin(), tags.end(), tag); known != tags.end()) tags.erase(known);
  tags.emplace_front(tag);
  if (tags.size() > kMostTagsOfOthers) tags.pop_back();
}

InvalidationJournal::Contents InvalidationJournal::contents(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  Contents contents{.dropped = dropped_, .others = others_};
  for (auto each = records_.rbegin(); each != records_.rend() && contents.records.size() < most; ++each)
    contents.records.push_back(*each);
  return contents;
}

// With the index, about: a tag is in it, too.
std::size_t InvalidationJournal::bytesOf(const InvalidationRecord& record) {
  std::size_t bytes =
      sizeof(InvalidationRecord) + record.from.size() + record.nameSpace.size() + record.key.size();
  for (const auto& tag : record.tags) bytes += 2 * (sizeof tag + tag.size());
  for (const auto& target : record.targets) bytes += sizeof target + target.size();
  return bytes;
}

InvalidationRecord* InvalidationJournal::find(std::uint64_t number) {
  if (records_.empty() || number < records_.front().number) return nullptr;
  return &records_[static_cast<std::size_t>(number - records_.front().number)];
}

void InvalidationJournal::dropOldest() {
  const auto& oldest = records_.front();
  bytes_ -= bytesOf(oldest);
  for (const auto& tag : oldest.tags)
    if (const auto known = latestOfTag_.find(tag);
        known != latestOfTag_.end() && known->second == oldest.number)
      latestOfTag_.erase(known);
  records_.pop_front();
  ++dropped_;
}

}  // namespace larder::host
