// SPDX-License-Identifier: Apache-2.0
#include "commands/trace.hpp"

#ifdef LARDER_HAS_ZSTD
#include <zstd.h>
#endif

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace larder::host {
namespace {

std::string contentsOf(const std::string& file) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) throw std::invalid_argument(file + ": cannot be read");
  std::string contents(static_cast<std::size_t>(stream.tellg()), '\0');
  stream.seekg(0);
  stream.read(contents.data(), static_cast<std::streamsize>(contents.size()));
  return contents;
}

#ifdef LARDER_HAS_ZSTD
std::string decompressed(const std::string& file, const std::string& packed) {
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  const std::unique_ptr<ZSTD_DStream, Free> stream(ZSTD_createDStream());
  std::string text;
  std::vector<char> piece(ZSTD_DStreamOutSize());
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::size_t left = 1;
  while (in.pos < in.size || left != 0) {
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    const std::size_t before = in.pos;
    left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left) != 0) throw std::invalid_argument(file + ": " + ZSTD_getErrorName(left));
    text.append(piece.data(), out.pos);
    if (left == 0 && in.pos == in.size) break;
    if (in.pos == before && out.pos == 0) throw std::invalid_argument(file + ": ends too early");
  }
  return text;
}
#else
std::string decompressed(const std::string& file, const std::string&) {
  throw std::invalid_argument(file + ": this build has no zstd; decompress the file first");
}
#endif

std::string read(const std::string& file) {
  std::string contents = contentsOf(file);
  return file.ends_with(".zst") ? decompressed(file, contents) : contents;
}

std::vector<std::uint32_t> wordsOf(const std::string& file, const std::string& contents) {
  if (contents.size() % sizeof(std::uint32_t) != 0)
    throw std::invalid_argument(file + ": is not a sequence of 32-bit numbers");
  std::vector<std::uint32_t> words(contents.size() / sizeof(std::uint32_t));
  std::memcpy(words.data(), contents.data(), contents.size());
  return words;
}

// Numbers objects by first use. An object whose size changes keeps its largest size.
template <class Key>
class Numbering {
 public:
  void add(Trace& trace, const Key& key, std::uint32_t size, bool sized) {
    const auto [found, fresh] = numbers_.try_emplace(key, static_cast<std::uint32_t>(numbers_.size()));
    trace.objects.push_back(found->second);
    if (!sized) return;
    if (fresh) trace.sizes.push_back(size);
    auto& largest = trace.sizes[found->second];
    largest = std::max(largest, size);
  }

 private:
  std::unordered_map<Key, std::uint32_t> numbers_;
};

Trace fromNumbers(const std::string& file, const std::string& contents, const std::string& sizesFile) {
  const auto objects = wordsOf(file, contents);
  std::vector<std::uint32_t> sizes;
  if (!sizesFile.empty()) {
    sizes = wordsOf(sizesFile, read(sizesFile));
    if (sizes.size() != objects.size())
      throw std::invalid_argument(sizesFile + ": does not have as many sizes as requests in " + file);
  }
  Trace trace;
  Numbering<std::uint32_t> numbering;
  for (std::size_t i = 0; i < objects.size(); ++i)
    numbering.add(trace, objects[i], sizes.empty() ? 0 : sizes[i], !sizes.empty());
  return trace;
}

Trace fromRecords(const std::string& file, const std::string& contents) {
  constexpr std::size_t record = 24;
  if (contents.size() % record != 0)
    throw std::invalid_argument(file + ": is not a sequence of 24-byte records");
  Trace trace;
  Numbering<std::uint64_t> numbering;
  for (std::size_t at = 0; at < contents.size(); at += record) {
    std::uint64_t object = 0;
    std::uint32_t size = 0;
    std::memcpy(&object, contents.data() + at + 4, sizeof object);
    std::memcpy(&size, contents.data() + at + 12, sizeof size);
    numbering.add(trace, object, size, true);
  }
  return trace;
}

std::vector<std::string_view> cellsOf(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const auto comma = line.find(',');
    std::string_view cell = line.substr(0, comma);
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '"')) cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '"' || cell.back() == '\r'))
      cell.remove_suffix(1);
    cells.push_back(cell);
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

Trace fromCsv(const std::string& contents) {
  Trace trace;
  Numbering<std::string> numbering;
  std::size_t object_column = 0;
  std::size_t size_column = 1;
  bool first = true;
  std::optional<bool> sized;  // set by the first request: either every object has a size or none has
  for (std::string_view rest = contents; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    const auto cells = cellsOf(line);
    if (first) {
      first = false;
      const auto column = [&](std::initializer_list<std::string_view> names) {
        const auto found = std::find_first_of(cells.begin(), cells.end(), names.begin(), names.end());
        return static_cast<std::size_t>(found - cells.begin());
      };
      const std::size_t named = column({"id", "obj_id", "key"});
      if (named != cells.size()) {
        object_column = named;
        size_column = column({"size", "obj_size"});
        continue;
      }
    }
    if (object_column >= cells.size()) continue;
    std::uint32_t size = 0;
    if (!sized) sized = size_column < cells.size();
    if (size_column < cells.size()) {
      const std::string_view cell = cells[size_column];
      std::from_chars(cell.data(), cell.data() + cell.size(), size);
    }
    numbering.add(trace, std::string(cells[object_column]), size, *sized);
  }
  return trace;
}

}  // namespace

std::uint32_t Trace::objectCount() const {
  return objects.empty() ? 0 : *std::max_element(objects.begin(), objects.end()) + 1;
}

Trace readTrace(const std::string& file, const std::string& sizesFile) {
  std::string_view name = file;
  if (name.ends_with(".zst")) name.remove_suffix(4);
  const std::string contents = read(file);
  if (name.ends_with(".id")) return fromNumbers(file, contents, sizesFile);
  if (name.ends_with(".csv")) return fromCsv(contents);
  if (name.ends_with(".oracleGeneral.bin") || name.ends_with(".oracleGeneral"))
    return fromRecords(file, contents);
  throw std::invalid_argument(
      file +
      ": unknown kind of trace; use a name that ends in .id, .csv or .oracleGeneral.bin, "
      "optionally followed by .zst");
}

}  // namespace larder::host
