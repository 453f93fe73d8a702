// SPDX-License-Identifier: Apache-2.0
#include "snapshot_format.hpp"

#include "key_hash.hpp"

#include <larder/operation_check.h>

#include <cstring>
#include <type_traits>
#include <utility>

namespace larder::lru {
namespace {

constexpr std::size_t kChunkSize = 256 * 1024;

// Numbers are in native byte order. A file from a machine of the other byte order has another `order`.
struct Header {
  char magic[8] = {'L', 'A', 'R', 'D', 'E', 'R', 'S', '1'};
  std::uint64_t order = 0x0102030405060708;
  std::int64_t savedAtMs = 0;
};

// Describes the bytes that follow it; size 0 marks the end of the file.
struct ChunkHead {
  std::uint64_t size = 0;
  std::uint64_t checksum = 0;
};

struct Record {
  std::uint32_t space = 0;
  std::uint32_t key = 0;
  std::uint64_t value = 0;
  std::int64_t ttlMs = 0;
};

template <class T>
std::string_view bytesOf(const T& value) {
  static_assert(std::has_unique_object_representations_v<T>);
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

}  // namespace

SnapshotWriter::SnapshotWriter(Sink sink, std::int64_t savedAtMs) : sink_(std::move(sink)) {
  Header header;
  header.savedAtMs = savedAtMs;
  checksum_ = hashOfBytes(bytesOf(header), 0);
  ok_ = sink_(bytesOf(header));
}

bool SnapshotWriter::add(const SnapshotEntry& entry) {
  const std::size_t size = sizeof(Record) + entry.space.size() + entry.key.size() + entry.value.size();
  if (!chunk_.empty() && chunk_.size() + size > kChunkSize && !flush()) return false;
  const Record record{static_cast<std::uint32_t>(entry.space.size()),
                      static_cast<std::uint32_t>(entry.key.size()), entry.value.size(), entry.ttlMs};
  chunk_.append(bytesOf(record)).append(entry.space).append(entry.key).append(entry.value);
  ++entries_;
  return ok_;
}

bool SnapshotWriter::finish() { return (chunk_.empty() || flush()) && flush(); }

bool SnapshotWriter::flush() {
  checksum_ = hashOfBytes(chunk_, checksum_);
  const ChunkHead head{chunk_.size(), checksum_};
  ok_ = ok_ && sink_(bytesOf(head)) && sink_(chunk_);
  chunk_.clear();
  return ok_;
}

bool SnapshotReader::read(char* data, std::size_t size) {
  if (size > left_ || !source_(data, size)) return false;
  left_ -= size;
  return true;
}

bool SnapshotReader::open() {
  Header header;
  const Header expected;
  if (!read(reinterpret_cast<char*>(&header), sizeof header)) return false;
  if (std::memcmp(header.magic, expected.magic, sizeof header.magic) != 0) return false;
  if (header.order != expected.order) return false;
  savedAtMs_ = header.savedAtMs;
  checksum_ = hashOfBytes(bytesOf(header), 0);
  return true;
}

SnapshotReader::Next SnapshotReader::nextChunk() {
  ChunkHead head;
  if (!read(reinterpret_cast<char*>(&head), sizeof head) || head.size > left_) return Next::damaged;
  chunk_.resize(head.size);
  position_ = 0;
  if (!read(chunk_.data(), chunk_.size())) return Next::damaged;
  checksum_ = hashOfBytes(chunk_, checksum_);
  if (checksum_ != head.checksum) return Next::damaged;
  if (head.size != 0) return Next::entry;
  return left_ == 0 ? Next::end : Next::damaged;
}

SnapshotReader::Next SnapshotReader::next(SnapshotEntry& entry) {
  if (position_ == chunk_.size())
    if (const Next chunk = nextChunk(); chunk != Next::entry) return chunk;
  Record record;
  if (chunk_.size() - position_ < sizeof record) return Next::damaged;
  std::memcpy(&record, chunk_.data() + position_, sizeof record);
  position_ += sizeof record;
  // The checksum proves that nothing changed, but not that the writer was this code.
  std::string_view rest = std::string_view(chunk_).substr(position_);
  const std::uint64_t names = std::uint64_t{record.space} + record.key;
  if (names > rest.size() || record.value > rest.size() - names) return Next::damaged;
  if (!larder_is_ttl(record.ttlMs)) return Next::damaged;
  entry.space = rest.substr(0, record.space);
  entry.key = rest.substr(record.space, record.key);
  entry.value = rest.substr(names, record.value);
  entry.ttlMs = record.ttlMs;
  position_ += names + record.value;
  return Next::entry;
}

}  // namespace larder::lru
