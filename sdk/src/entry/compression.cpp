// SPDX-License-Identifier: Apache-2.0
#include "entry/compression.hpp"

#ifdef LARDER_HAS_ZSTD
#include <zstd.h>
#endif

namespace larder {

#ifdef LARDER_HAS_ZSTD
namespace {

// zstd's default level. Level 1 is a tenth faster but compresses a few percent less, and values are read more
// often than written.
constexpr int kLevel = 3;

struct Freed {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// A context holds a megabyte of tables, so each thread reuses its own.
ZSTD_CCtx* compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, Freed> context(ZSTD_createCCtx());
  return context.get();
}
ZSTD_DCtx* decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, Freed> context(ZSTD_createDCtx());
  return context.get();
}

}  // namespace

bool builtWithZstd() { return true; }

std::optional<std::string> compress(std::string_view plain) {
  if (compressor() == nullptr) return std::nullopt;
  // zstd stops when the output buffer is full, so a poorly compressible value costs no more than detecting
  // that.
  std::string packed(plain.size() - plain.size() / 8, '\0');
  const auto size =
      ZSTD_compressCCtx(compressor(), packed.data(), packed.size(), plain.data(), plain.size(), kLevel);
  if (ZSTD_isError(size)) return std::nullopt;
  packed.resize(size);
  packed.shrink_to_fit();
  return packed;
}

std::shared_ptr<const std::string> decompress(std::string_view packed, std::uint64_t size,
                                              std::uint64_t limit) {
  if (size > limit || decompressor() == nullptr) return nullptr;
  auto plain = std::make_shared<std::string>(static_cast<std::size_t>(size), '\0');
  const auto filled =
      ZSTD_decompressDCtx(decompressor(), plain->data(), plain->size(), packed.data(), packed.size());
  if (ZSTD_isError(filled) || filled != plain->size()) return nullptr;
  return plain;
}
#else
bool builtWithZstd() { return false; }
std::optional<std::string> compress(std::string_view) { return std::nullopt; }
std::shared_ptr<const std::string> decompress(std::string_view, std::uint64_t, std::uint64_t) {
  return nullptr;
}
#endif

}  // namespace larder
