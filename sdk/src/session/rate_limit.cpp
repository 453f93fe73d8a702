// SPDX-License-Identifier: Apache-2.0
#include <larder/extensions.hpp>
#include <larder/rate_limit.hpp>

#include <utility>

#include "session/session_id.hpp"

namespace larder {
namespace {

constexpr std::chrono::milliseconds kOperation{250};

}  // namespace

RateLimit::RateLimit(std::shared_ptr<Backend> backend, std::string name, std::int64_t limit,
                     std::chrono::milliseconds window)
    : backend_(std::move(backend)), nameSpace_(std::move(name)), limit_(limit), window_(window) {}

Status RateLimit::admit(std::string_view subject) {
  const auto key = hashedKey(subject);
  const auto counted = increment(*backend_, nameSpace_, key, 1, window_, backend_->in(kOperation));
  if (counted.status != Status::ok) return counted.status;
  return counted.number <= limit_ ? Status::ok : Status::notStored;
}

}  // namespace larder
