// SPDX-License-Identifier: Apache-2.0
#include "http/chunk_guard.hpp"

namespace larder::http {

bool ChunkGuard::data(std::string_view part) {
  const auto begin = static_cast<std::size_t>(part.data() - piece_.data());
  look(piece_.substr(at_, begin - at_));
  at_ = begin + part.size();
  length_ = 0;
  return good_;
}

bool ChunkGuard::end(std::size_t used) {
  look(piece_.substr(at_, used - at_));
  at_ = used;
  return good_;
}

void ChunkGuard::look(std::string_view framing) {
  for (const char byte : framing) {
    if (afterCr_ != (byte == '\n')) good_ = false;
    afterCr_ = byte == '\r';
  }
  length_ += framing.size();
  if (length_ > limit_) good_ = false;
}

}  // namespace larder::http
