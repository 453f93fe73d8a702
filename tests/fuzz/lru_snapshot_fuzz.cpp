// SPDX-License-Identifier: Apache-2.0
//
// Snapshots of the lru plugin: any bytes are read as entries or refused. As a file, and as what a chunk with
// a right checksum contains, which no random bytes would get to.
#include "key_hash.hpp"
#include "snapshot_format.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

using larder::lru::SnapshotEntry;
using larder::lru::SnapshotReader;
using larder::lru::SnapshotWriter;

std::string wholeFile(std::string_view chunk) {
  std::string file;
  const SnapshotWriter header([&](std::string_view part) { return file.append(part), true; }, 1);
  std::uint64_t checksum = larder::lru::hashOfBytes(file, 0);
  for (const std::string_view content : {chunk, std::string_view()}) {
    checksum = larder::lru::hashOfBytes(content, checksum);
    const std::uint64_t head[] = {content.size(), checksum};
    file.append(reinterpret_cast<const char*>(head), sizeof head).append(content);
  }
  return file;
}

void readAll(std::string_view file) {
  std::string_view rest = file;
  SnapshotReader reader(
      [&](char* data, std::size_t size) {
        if (size > rest.size()) return false;
        rest.copy(data, size);
        rest.remove_prefix(size);
        return true;
      },
      file.size());
  if (!reader.open()) return;
  std::size_t bytes = 0;
  SnapshotEntry entry;
  while (reader.next(entry) == SnapshotReader::Next::entry) {
    // Looks at every byte, so that the sanitizer sees one too many.
    const std::string copy = std::string(entry.space) + std::string(entry.key) + std::string(entry.value);
    bytes += copy.size();
    if (bytes > file.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  readAll(bytes);
  readAll(wholeFile(bytes));
  return 0;
}
