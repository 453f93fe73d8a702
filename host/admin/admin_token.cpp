// SPDX-License-Identifier: Apache-2.0
#include "admin/admin_token.hpp"

#include <cstddef>

#include "config/read_file.hpp"

namespace larder::host {
namespace {

constexpr std::size_t kShortestToken = 16;

}  // namespace

std::optional<std::string> adminToken(const AdminConfig& config) {
  if (config.tokenFile.empty()) return std::nullopt;
  auto token = firstLineOf(config.tokenFile, "admin.token_file: ");
  if (token.size() < kShortestToken)
    throw ConfigError("admin.token_file: " + config.tokenFile +
                      ": its first line is not a token; write at least " + std::to_string(kShortestToken) +
                      " random characters");
  return token;
}

}  // namespace larder::host
