// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_INVALIDATION_JOURNAL_HPP
#define LARDER_ADMIN_INVALIDATION_JOURNAL_HPP

#include <larder/host_services.hpp>
#include <larder/status.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/write_observer.hpp>

namespace larder::host {

/// One invalidation on this host.
struct InvalidationRecord {
  enum class By : std::uint8_t { write, admin };

  std::uint64_t number = 0;           ///< counts up from 1
  std::chrono::milliseconds time{0};  ///< since 1970 UTC
  std::chrono::nanoseconds began{0};  ///< of the monotonic clock
  By by = By::write;
  std::string from{};                  ///< the route of the write, or the address of the admin's client
  std::vector<std::string> tags{};     ///< cut to kMostNames
  std::vector<std::string> targets{};  ///< whose responses were erased, also cut to kMostNames
  std::string nameSpace{};
  std::string key{};
  std::optional<Status> status{};  ///< not set: not finished
  std::uint64_t misses = 0;        ///< look-ups that have found an entry outdated by its tags
};

/// The latest invalidations on this host: which route or client caused them, what they named, and how many
/// look-ups have missed because of their tags. Keeps at most kMostRecords records of at most kMostBytes bytes
/// in total; names are cut after kLongestName bytes.
///
/// A miss counts for the latest record with its tag. Where there is none, another host invalidated the tag,
/// the backend was changed, or the store lost the tag's stamp; such misses are counted together. Thread-safe.
class InvalidationJournal final : public http::WriteObserver {
 public:
  static constexpr std::size_t kMostRecords = 500;
  static constexpr std::size_t kMostBytes = 256 << 10;
  static constexpr std::size_t kLongestName = 256;
  static constexpr std::size_t kMostNames = 16;
  static constexpr std::size_t kMostTagsOfOthers = 20;

  /// Misses without a record, and the tags that caused the latest of them, the latest first.
  struct Others {
    std::uint64_t misses = 0;
    std::deque<std::string> tags{};
  };
  struct Contents {
    std::vector<InvalidationRecord> records{};  ///< the latest first
    std::uint64_t dropped = 0;                  ///< records that were there and had to make room
    Others others{};
  };

  /// `clock` must outlive the journal.
  explicit InvalidationJournal(const Clock& clock) : clock_(clock) {}

  /// Adds a record, with a number and the time, and returns the number.
  std::uint64_t begin(InvalidationRecord record);
  void end(std::uint64_t number, Status status);

  std::uint64_t invalidating(const http::WriteInvalidates& what) override;
  void invalidated(std::uint64_t number, Status status) override { end(number, status); }

  /// A look-up found an entry outdated by this tag.
  void missed(std::string_view tag);

  /// Returns at most `most` records.
  Contents contents(std::size_t most) const;

 private:
  static std::size_t bytesOf(const InvalidationRecord& record);
  InvalidationRecord* find(std::uint64_t number);
  void dropOldest();

  const Clock& clock_;
  mutable std::mutex mutex_;  // of the rest
  std::deque<InvalidationRecord> records_;
  std::map<std::string, std::uint64_t, std::less<>> latestOfTag_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t dropped_ = 0;
  Others others_;
};

}  // namespace larder::host

#endif
