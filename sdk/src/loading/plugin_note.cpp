// SPDX-License-Identifier: Apache-2.0
//
// Reads the note of a plugin from its file. Nothing here trusts a number of the file: each offset is checked
// against the file's size before use, so a truncated or hostile file ends in a PluginError.
#include "loading/plugin_note.hpp"

#include <elf.h>

#include <cstring>
#include <optional>
#include <type_traits>

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

// Far above any real note; bounds what a hostile file makes us read.
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

// The note with our owner name in one PT_NOTE segment.
std::optional<PluginNote> findIn(const std::string& segment) {
  constexpr std::size_t header_size = offsetof(larder_note, owner);
  constexpr std::size_t body_offset = offsetof(larder_note, abi_major);
  const auto padded = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };

  std::uint64_t at = 0;
  while (segment.size() - at >= header_size) {
    std::uint32_t words[3];  // owner_size, body_size, type
    std::memcpy(words, segment.data() + at, sizeof words);
    const std::uint64_t total = header_size + padded(words[0]) + padded(words[1]);
    if (total > segment.size() - at) return std::nullopt;

    const char* owner = segment.data() + at + header_size;
    const bool ours = words[2] == LARDER_NOTE_TYPE && words[0] >= sizeof LARDER_NOTE_OWNER &&
                      std::memcmp(owner, LARDER_NOTE_OWNER, sizeof LARDER_NOTE_OWNER) == 0;
    if (ours && padded(words[0]) == sizeof larder_note{}.owner &&
        words[1] >= sizeof(larder_note) - body_offset) {
      larder_note raw;
      static_assert(std::is_trivially_copyable_v<larder_note>);
      std::memcpy(&raw, segment.data() + at, sizeof raw);
      return PluginNote{raw.abi_major,
                        raw.abi_minor,
                        raw.min_host_minor,
                        textOf(raw.name, sizeof raw.name),
                        textOf(raw.version, sizeof raw.version),
                        textOf(raw.build, sizeof raw.build)};
    }
    at += total;
  }
  return std::nullopt;
}

}  // namespace

PluginHeaders readPluginHeaders(const PluginFile& file) {
  const Elf64_Ehdr header = readHeader(file);

  // dlopen maps what the headers say and dies of SIGBUS where the file ends early.
  if (header.e_shoff != 0 && !file.holds(header.e_shoff, std::uint64_t{header.e_shnum} * header.e_shentsize))
    refuseTruncated(file);

  std::optional<PluginNote> note;
  bool executable_stack = true;  // what the loader takes a file without PT_GNU_STACK for
  for (Elf64_Half i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    if (!file.read(header.e_phoff + std::uint64_t{i} * header.e_phentsize, &segment, sizeof segment))
      refuseTruncated(file);
    if (segment.p_type == PT_LOAD && !file.holds(segment.p_offset, segment.p_filesz)) refuseTruncated(file);
    if (segment.p_type == PT_GNU_STACK) executable_stack = (segment.p_flags & PF_X) != 0;
    if (segment.p_type != PT_NOTE || note || segment.p_filesz > kMaxNoteSegment) continue;

    std::string bytes(segment.p_filesz, '\0');
    if (!file.read(segment.p_offset, bytes.data(), bytes.size())) refuseTruncated(file);
    note = findIn(bytes);
  }
  if (!note)
    file.refuse("is not a Larder plugin (it has no " LARDER_NOTE_SECTION
                " section); build it with LARDER_PLUGIN or LARDER_DEFINE_NOTE");
  return {.note = *std::move(note), .executableStack = executable_stack};
}

PluginNote readPluginNote(const std::filesystem::path& file) {
  return readPluginHeaders(PluginFile(file)).note;
}

}  // namespace larder
