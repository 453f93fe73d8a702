// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SNAPSHOT_FORMAT_HPP
#define LARDER_LRU_SNAPSHOT_FORMAT_HPP

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace larder::lru {

/// One entry of a snapshot. Borrows its texts.
struct SnapshotEntry {
  std::string_view space;
  std::string_view key;
  std::string_view value;
  std::int64_t ttlMs = 0;  ///< remaining when saved, at least 1, or LARDER_TTL_NONE
};

/// Writes a snapshot to a sink: a header with the time, entries in chunks of about 256 KiB, and an end mark.
/// Each chunk has a checksum that continues the previous one, so that a missing, repeated or reordered chunk
/// is detected like a changed byte. Throws std::bad_alloc.
class SnapshotWriter {
 public:
  using Sink = std::function<bool(std::string_view)>;

  SnapshotWriter(Sink sink, std::int64_t savedAtMs);

  /// Adds an entry. Like finish(), returns false once the sink has failed.
  bool add(const SnapshotEntry& entry);
  bool finish();
  std::uint64_t entries() const { return entries_; }

 private:
  bool flush();

  const Sink sink_;
  std::string chunk_;
  std::uint64_t checksum_ = 0;
  std::uint64_t entries_ = 0;
  bool ok_ = true;
};

/// Reads a snapshot. Any input is safe: damaged and foreign data is reported, and no allocation exceeds the
/// size of the input.
class SnapshotReader {
 public:
  /// Reads exactly that many bytes, or returns false.
  using Source = std::function<bool(char*, std::size_t)>;

  /// Reads an input of `size` bytes from `source`.
  SnapshotReader(Source source, std::uint64_t size) : source_(std::move(source)), left_(size) {}

  /// Reads the header; call it first. Returns false if the input is not a snapshot of this format.
  bool open();
  std::int64_t savedAtMs() const { return savedAtMs_; }

  enum class Next { entry, end, damaged };
  /// Reads the next entry, whose texts are valid until the next call. Throws std::bad_alloc.
  Next next(SnapshotEntry& entry);

 private:
  bool read(char* data, std::size_t size);
  Next nextChunk();

  const Source source_;
  std::uint64_t left_;
  std::int64_t savedAtMs_ = 0;
  std::uint64_t checksum_ = 0;
  std::string chunk_;
  std::size_t position_ = 0;
};

}  // namespace larder::lru

#endif
