// SPDX-License-Identifier: Apache-2.0
//
// Reads a plugin's note from its file. No number in the file is trusted: each offset is checked against the
// file's size before use, so a truncated or hostile file results in a PluginError.
#include "loading/plugin_note.hpp"

#include <larder/plain_lists.hpp>

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

namespace larder {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
constexpr const char* kMachineName = "x86-64";
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
constexpr const char* kMachineName = "aarch64";
#else
#error "say here which e_machine this platform's libraries have"
#endif

// Far larger than any real note; bounds what a hostile file makes the reader load.
constexpr std::uint64_t kMaxNoteSegment = 1u << 20;

Elf64_Ehdr readHeader(const PluginFile& file) {
  Elf64_Ehdr header{};
  if (!file.read(0, &header, sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    file.refuse("is not a shared library (no ELF file); name the plugin's .so file");
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kMachine)
    file.refuse(std::string("is built for another machine; this host is ") + kMachineName + ", 64 bit");
  if (header.e_type != ET_DYN) file.refuse("is not a shared library; link the plugin with -shared");
  return header;
}

[[noreturn]] void refuseTruncated(const PluginFile& file) {
  file.refuse("is cut short; copy or build the plugin again");
}

std::string textOf(const char* field, std::size_t size) { return {field, ::strnlen(field, size)}; }

struct Notes {
  std::optional<PluginNote> plugin;
  std::optional<std::vector<std::string>> schemes;
};

PluginNote readNote(const char* at) {
  larder_note raw;
  static_assert(std::is_trivially_copyable_v<larder_note>);
  std::memcpy(&raw, at, sizeof raw);
  return {.abiMajor = raw.abi_major,
          .abiMinor = raw.abi_minor,
          .minHostMinor = raw.min_host_minor,
          .name = textOf(raw.name, sizeof raw.name),
          .version = textOf(raw.version, sizeof raw.version),
          .build = textOf(raw.build, sizeof raw.build),
          .schemes = {}};
}

std::vector<std::string> readSchemes(const std::string& list) {
  auto schemes = splitAtCommas(list);
  std::erase_if(schemes, [](const auto& scheme) { return !isUrlScheme(scheme); });
  return schemes;
}

// Extracts the notes with Larder's owner name from one PT_NOTE segment. The first note of each type counts.
void collect(const std::string& segment, Notes& notes) {
  constexpr std::size_t header_size = offsetof(larder_note, owner);
  constexpr std::size_t body_offset = offsetof(larder_note, abi_major);
  static_assert(body_offset == offsetof(larder_schemes_note, schemes));
  const auto padded = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };

  std::uint64_t at = 0;
  while (segment.size() - at >= header_size) {
    std::uint32_t words[3];  // owner_size, body_size, type
    std::memcpy(words, segment.data() + at, sizeof words);
    const std::uint64_t total = header_size + padded(words[0]) + padded(words[1]);
    if (total > segment.size() - at) return;

    const char* const note = segment.data() + at;
    const bool ours = words[0] >= sizeof LARDER_NOTE_OWNER &&
                      padded(words[0]) == sizeof larder_note{}.owner &&
                      std::memcmp(note + header_size, LARDER_NOTE_OWNER, sizeof LARDER_NOTE_OWNER) == 0;
    if (ours && words[2] == LARDER_NOTE_TYPE && words[1] >= sizeof(larder_note) - body_offset &&
        !notes.plugin)
      notes.plugin = readNote(note);
    if (ours && words[2] == LARDER_SCHEMES_NOTE_TYPE && !notes.schemes)
      notes.schemes = readSchemes(textOf(note + body_offset, words[1]));
    at += total;
  }
}

}  // namespace

bool isUrlScheme(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

bool PluginNote::serves(std::string_view scheme) const {
  if (schemes.empty()) return name == scheme;
  return std::find(schemes.begin(), schemes.end(), scheme) != schemes.end();
}

PluginHeaders readPluginHeaders(const PluginFile& file) {
  const Elf64_Ehdr header = readHeader(file);

  // dlopen maps what the headers describe, and the process dies of SIGBUS where the file ends early.
  if (header.e_shoff != 0 && !file.holds(header.e_shoff, std::uint64_t{header.e_shnum} * header.e_shentsize))
    refuseTruncated(file);

  Notes notes;
  bool executable_stack = true;  // the loader's default without PT_GNU_STACK
  for (Elf64_Half i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    if (!file.read(header.e_phoff + std::uint64_t{i} * header.e_phentsize, &segment, sizeof segment))
      refuseTruncated(file);
    if (segment.p_type == PT_LOAD && !file.holds(segment.p_offset, segment.p_filesz)) refuseTruncated(file);
    if (segment.p_type == PT_GNU_STACK) executable_stack = (segment.p_flags & PF_X) != 0;
    if (segment.p_type != PT_NOTE || segment.p_filesz > kMaxNoteSegment) continue;

    std::string bytes(segment.p_filesz, '\0');
    if (!file.read(segment.p_offset, bytes.data(), bytes.size())) refuseTruncated(file);
    collect(bytes, notes);
  }
  if (!notes.plugin)
    file.refuse("is not a Larder plugin (it has no " LARDER_NOTE_SECTION
                " section); build it with LARDER_PLUGIN or LARDER_DEFINE_NOTE");
  if (notes.schemes) notes.plugin->schemes = *std::move(notes.schemes);
  return {.note = *std::move(notes.plugin), .executableStack = executable_stack};
}

PluginNote readPluginNote(const std::filesystem::path& file) {
  return readPluginHeaders(PluginFile(file)).note;
}

}  // namespace larder
