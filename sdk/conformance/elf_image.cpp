// SPDX-License-Identifier: Apache-2.0
#include "elf_image.hpp"

#include <elf.h>
#include <larder/abi.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace larder::conformance {
namespace {

class Image {
 public:
  explicit Image(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
    header_ = at<Elf64_Ehdr>(0);
    if (std::memcmp(header_.e_ident, ELFMAG, SELFMAG) != 0 || header_.e_ident[EI_CLASS] != ELFCLASS64)
      throw std::runtime_error(file.string() + ": is no 64-bit ELF file");
  }

  const Elf64_Ehdr& header() const { return header_; }

  template <class T>
  T at(std::uint64_t offset) const {
    T value;
    if (offset > bytes_.size() || sizeof value > bytes_.size() - offset)
      throw std::runtime_error("the plugin's file is cut short");
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }

  std::string textAt(std::uint64_t offset) const {
    if (offset >= bytes_.size()) throw std::runtime_error("the plugin's file is cut short");
    return bytes_.substr(offset, bytes_.find('\0', offset) - offset);
  }

  Elf64_Shdr section(std::uint64_t index) const {
    return at<Elf64_Shdr>(header_.e_shoff + index * header_.e_shentsize);
  }

 private:
  std::string bytes_;
  Elf64_Ehdr header_{};
};

bool isExported(const Elf64_Sym& symbol) {
  const auto binding = ELF64_ST_BIND(symbol.st_info);
  const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  return symbol.st_shndx != SHN_UNDEF && symbol.st_shndx != SHN_ABS && binding != STB_LOCAL &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

bool isFromTheLinker(std::string_view name) {
  constexpr std::array<std::string_view, 8> names = {"_init", "_fini",       "_edata",  "edata",
                                                     "_end",  "__bss_start", "__end__", "end"};
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::vector<std::string> exportedSymbols(const std::filesystem::path& file) {
  const Image image(file);
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < image.header().e_shnum; ++i) {
    const auto symbols = image.section(i);
    if (symbols.sh_type != SHT_DYNSYM) continue;
    const auto texts = image.section(symbols.sh_link);
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= symbols.sh_size; at += sizeof(Elf64_Sym)) {
      const auto symbol = image.at<Elf64_Sym>(symbols.sh_offset + at);
      const auto name = image.textAt(texts.sh_offset + symbol.st_name);
      if (isExported(symbol) && !isFromTheLinker(name)) names.push_back(name);
    }
  }
  return names;
}

std::optional<std::string> schemesNote(const std::filesystem::path& file) {
  const Image image(file);
  for (std::uint64_t i = 0; i < image.header().e_phnum; ++i) {
    const auto segment = image.at<Elf64_Phdr>(image.header().e_phoff + i * image.header().e_phentsize);
    if (segment.p_type != PT_NOTE) continue;
    const auto padded = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };
    for (std::uint64_t at = 0; at + sizeof(Elf64_Nhdr) <= segment.p_filesz;) {
      const auto note = image.at<Elf64_Nhdr>(segment.p_offset + at);
      const auto owner = segment.p_offset + at + sizeof note;
      if (note.n_type == LARDER_SCHEMES_NOTE_TYPE && image.textAt(owner) == LARDER_NOTE_OWNER)
        return image.textAt(owner + padded(note.n_namesz));
      at += sizeof note + padded(note.n_namesz) + padded(note.n_descsz);
    }
  }
  return std::nullopt;
}

bool wantsExecutableStack(const std::filesystem::path& file) {
  const Image image(file);
  for (std::uint64_t i = 0; i < image.header().e_phnum; ++i) {
    const auto segment = image.at<Elf64_Phdr>(image.header().e_phoff + i * image.header().e_phentsize);
    if (segment.p_type == PT_GNU_STACK) return (segment.p_flags & PF_X) != 0;
  }
  return true;  // without a PT_GNU_STACK header the stack becomes executable
}

}  // namespace larder::conformance
