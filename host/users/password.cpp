// SPDX-License-Identifier: Apache-2.0
#include "users/password.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace larder::users {
namespace {

constexpr std::chrono::seconds kWait{2};
constexpr std::uint64_t kMaxMemory = 256 << 20;  // bytes per hash; a stored cost beyond that is not ours
constexpr std::string_view kScheme = "scrypt";

std::string base64(std::span<const unsigned char> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock adds a NUL
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string newSalt() {
  std::array<unsigned char, 16> salt{};
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1)
    throw std::runtime_error("the system's random generator failed; no password can be stored");
  return base64(salt);
}

std::string scrypt(std::string_view password, std::string_view salt, ScryptCost cost) {
  std::array<unsigned char, 32> key{};
  if (EVP_PBE_scrypt(password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                     salt.size(), std::uint64_t{1} << cost.logN, cost.r, cost.p, kMaxMemory, key.data(),
                     key.size()) != 1)
    throw std::runtime_error("OpenSSL cannot compute scrypt; check that there is enough memory");
  return base64(key);
}

// scrypt$logN$r$p$salt$key
struct Parsed {
  ScryptCost cost;
  std::string salt;
  std::string key;
};

std::optional<std::uint64_t> numberOf(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > 30)
    return std::nullopt;
  return number;
}

std::optional<Parsed> parse(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto dollar = text.find('$');
    parts.push_back(text.substr(0, dollar));
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar + 1);
  }
  if (parts.size() != 6 || parts[0] != kScheme) return std::nullopt;
  const auto log_n = numberOf(parts[1]);
  const auto r = numberOf(parts[2]);
  const auto p = numberOf(parts[3]);
  if (!log_n || !r || !p) return std::nullopt;
  return Parsed{{*log_n, *r, *p}, std::string(parts[4]), std::string(parts[5])};
}

class Slot {
 public:
  explicit Slot(std::counting_semaphore<>& slots) : slots_(slots) {
    if (!slots_.try_acquire_for(kWait)) throw PasswordsBusy();
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { slots_.release(); }

 private:
  std::counting_semaphore<>& slots_;
};

}  // namespace

PasswordHash PasswordHasher::hash(std::string_view password) const {
  const Slot slot(slots_);
  const auto salt = newSalt();
  return {std::string(kScheme) + "$" + std::to_string(cost_.logN) + "$" + std::to_string(cost_.r) + "$" +
          std::to_string(cost_.p) + "$" + salt + "$" + scrypt(password, salt, cost_)};
}

bool PasswordHasher::matches(std::string_view password, const std::optional<PasswordHash>& hash) const {
  const Slot slot(slots_);
  const auto stored = hash ? parse(hash->text) : std::nullopt;
  const auto key = stored ? scrypt(password, stored->salt, stored->cost) : scrypt(password, "none", cost_);
  return stored && key.size() == stored->key.size() &&
         CRYPTO_memcmp(key.data(), stored->key.data(), key.size()) == 0;
}

}  // namespace larder::users
