// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CURRENT_SPAN_HPP
#define LARDER_HTTP_CURRENT_SPAN_HPP

#include <memory>
#include <optional>

#include <larder/http/trace_context.hpp>

namespace larder::http {

class RequestTrace;

/// The span that a Request is handled in: that of the request, or that of a handler run.
struct CurrentSpan {
  std::optional<TraceContext> context{};  ///< nullopt: the request is timed, but not traced
  std::shared_ptr<RequestTrace> trace{};  ///< never null
};

}  // namespace larder::http

#endif
