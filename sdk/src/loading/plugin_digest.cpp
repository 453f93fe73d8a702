// SPDX-License-Identifier: Apache-2.0
#include "loading/plugin_digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>

namespace larder {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::string inHex(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

bool sameHex(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::string sha256Of(const PluginFile& file) {
  const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  if (context == nullptr) throw std::bad_alloc();
  bool done = EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;

  std::array<char, kChunk> chunk;
  for (std::uint64_t at = 0; at < file.size() && done; at += chunk.size()) {
    const auto size = std::min<std::uint64_t>(chunk.size(), file.size() - at);
    done = file.read(at, chunk.data(), size) &&
           EVP_DigestUpdate(context.get(), chunk.data(), static_cast<std::size_t>(size)) == 1;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (!done || EVP_DigestFinal_ex(context.get(), digest.data(), &size) != 1)
    file.refuse("its SHA-256 cannot be computed; make sure that no process writes to it, and try again");
  return inHex(digest.data(), size);
}

void checkDigest(const PluginFile& file, const std::vector<std::string>& allowed) {
  if (allowed.empty()) return;
  const auto digest = sha256Of(file);
  const auto same = [&digest](std::string_view each) { return sameHex(each, digest); };
  if (std::none_of(allowed.begin(), allowed.end(), same))
    file.refuse("its SHA-256 is not in the list of allowed ones; if it is the file that you meant, add " +
                digest);
}

}  // namespace larder
