// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SESSION_ID_HPP
#define LARDER_SESSION_ID_HPP

#include <span>
#include <string>
#include <string_view>

namespace larder {

/// Returns the bytes as base64url without padding (RFC 4648, section 5).
std::string base64url(std::span<const unsigned char> bytes);

/// Fills `bytes` from OpenSSL's random generator. Throws std::runtime_error if the generator fails.
void randomBytes(std::span<unsigned char> bytes);

/// Returns true if `text` has the form of an id: 32 bytes as base64url.
bool isSessionId(std::string_view text);

/// Returns the SHA-256 of `text` as a key of 43 printable bytes. Throws std::runtime_error if OpenSSL fails.
std::string hashedKey(std::string_view text);

}  // namespace larder

#endif
