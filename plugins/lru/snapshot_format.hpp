// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SNAPSHOT_FORMAT_HPP
#define LARDER_LRU_SNAPSHOT_FORMAT_HPP

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace larder::lru {

/// One entry of a snapshot; the texts are borrowed.
struct SnapshotEntry {
  std::string_view space;
  std::string_view key;
  std::string_view value;
  std::int64_t ttlMs = 0;  ///< what was left when it was saved, at least 1, or LARDER_TTL_NONE
};

/// Writes the bytes of a snapshot to a sink: a header with the time, entries in chunks of some 256 KiB, an
/// end mark. Each chunk has a checksum that continues the one before, so that a missing, doubled or exchanged
/// chunk is found like a changed byte. Throws std::bad_alloc.
class SnapshotWriter {
 public:
  using Sink = std::function<bool(std::string_view)>;

  SnapshotWriter(Sink sink, std::int64_t savedAtMs);

  /// False once the sink has failed, as finish().
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

/// Reads them. Any input is safe: what is damaged or foreign is told, and no more memory is asked for than
/// the input has bytes.
class SnapshotReader {
 public:
  /// Reads exactly so many bytes, or returns false.
  using Source = std::function<bool(char*, std::size_t)>;

  /// Of an input of `size` bytes.
  SnapshotReader(Source source, std::uint64_t size) : source_(std::move(source)), left_(size) {}

  /// Reads the header, first of all; false if this is no snapshot of this format.
  bool open();
  std::int64_t savedAtMs() const { return savedAtMs_; }

  enum class Next { entry, end, damaged };
  /// The entry's texts are valid until the next call. Throws std::bad_alloc.
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
