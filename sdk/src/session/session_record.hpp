// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SESSION_RECORD_HPP
#define LARDER_SESSION_RECORD_HPP

#include <larder/session.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// Returns the session in its stored form: version byte, checksum, contents.
std::string encodeSession(const SessionRecord& record);

/// Returns nullopt if the bytes are truncated, corrupt, or of another version.
std::optional<SessionRecord> decodeSession(std::string_view bytes);

}  // namespace larder

#endif
