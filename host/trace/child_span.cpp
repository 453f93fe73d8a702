// SPDX-License-Identifier: Apache-2.0
#include <larder/http/child_span.hpp>

#include <exception>
#include <string>
#include <utility>

#include "http/current_span.hpp"
#include "trace/request_trace.hpp"

namespace larder::http {

ChildSpan::ChildSpan(const Request& request, std::string_view name, SpanKind kind) : request_(request) {
  const auto& current = request.boundSpan;
  if (!current || !current->context) return;
  span_ = std::make_unique<Span>(current->trace->newSpan(*current->context, name, kind));
  begun_ = current->trace->now();
  exceptions_ = std::uncaught_exceptions();
}

ChildSpan::~ChildSpan() {
  if (!span_) return;
  span_->failed = std::uncaught_exceptions() > exceptions_;
  request_.boundSpan->trace->endSpan(std::move(*span_), begun_);
}

void ChildSpan::set(std::string_view name, std::string_view value) {
  if (span_) span_->attributes.push_back({std::string(name), std::string(value)});
}

void ChildSpan::set(std::string_view name, std::int64_t value) {
  if (span_) span_->attributes.push_back({std::string(name), value});
}

std::optional<TraceContext> ChildSpan::context() const {
  auto context = request_.traceContext();
  if (span_ && context) context->spanId = span_->spanId;
  return context;
}

}  // namespace larder::http
