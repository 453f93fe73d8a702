// SPDX-License-Identifier: Apache-2.0
#include <larder/http/tracing.hpp>

namespace larder::http {

std::string_view toString(SpanKind kind) {
  switch (kind) {
    case SpanKind::server: return "server";
    case SpanKind::internal: return "internal";
    case SpanKind::client: return "client";
  }
  return "internal";
}

}  // namespace larder::http
