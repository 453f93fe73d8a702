// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SESSION_RECORD_HPP
#define LARDER_SESSION_RECORD_HPP

#include <larder/session.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// A session as the backend holds it: version byte, checksum, contents.
std::string encodeSession(const SessionRecord& record);

/// nullopt if the bytes are not whole, not ours, or of a later version.
std::optional<SessionRecord> decodeSession(std::string_view bytes);

}  // namespace larder

#endif
