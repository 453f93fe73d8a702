// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SESSION_ID_HPP
#define LARDER_SESSION_ID_HPP

#include <span>
#include <string>
#include <string_view>

namespace larder {

/// Bytes as base64url without padding (RFC 4648 5).
std::string base64url(std::span<const unsigned char> bytes);

/// Fills with bytes of OpenSSL's generator. Throws std::runtime_error if it has none to give.
void randomBytes(std::span<unsigned char> bytes);

/// True for what an id looks like: 32 bytes as base64url.
bool isSessionId(std::string_view text);

/// The SHA-256 of `text`, as a key of 43 printable bytes. Throws std::runtime_error.
std::string hashedKey(std::string_view text);

}  // namespace larder

#endif
