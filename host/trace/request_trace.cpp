// SPDX-License-Identifier: Apache-2.0
#include "trace/request_trace.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <utility>

namespace larder::http {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kLongestPath = 512;  // bytes
constexpr std::array<std::string_view, 9> kMethods{"GET",     "HEAD",  "POST",  "PUT",    "DELETE",
                                                   "OPTIONS", "PATCH", "TRACE", "CONNECT"};

// A method of the client's own invention would make a new name for each request.
std::string knownMethod(const std::string& method) {
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end() ? method : "_OTHER";
}

bool isFromCache(CacheOutcome outcome) {
  return outcome == CacheOutcome::hit || outcome == CacheOutcome::stale;
}

std::string inMilliseconds(nanoseconds duration) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f",
                std::chrono::duration<double, std::milli>(duration).count());
  return text.data();
}

}  // namespace

RequestTrace::RequestTrace(std::shared_ptr<Tracer> tracer, nanoseconds begun, bool timed)
    : tracer_(std::move(tracer)),
      begun_(begun),
      realBegun_(tracer_->clock().realtime()),
      timed_(timed),
      lookUpBegun_(begun) {}

TraceContext RequestTrace::record(const Request& request, std::optional<TraceContext> caller) {
  root_.traceId = caller ? caller->traceId : tracer_->newTraceId();
  root_.spanId = tracer_->newSpanId();
  if (caller) {
    root_.parent = caller->spanId;
    root_.state = std::move(caller->state);
  }
  root_.kind = SpanKind::server;
  root_.start = realBegun_;
  root_.attributes.reserve(8);
  root_.attributes.push_back({"http.request.method", knownMethod(request.method)});
  root_.attributes.push_back({"url.path", request.path.substr(0, kLongestPath)});
  root_.attributes.push_back({"url.scheme", request.secure ? "https" : "http"});
  if (!request.clientAddress.empty()) root_.attributes.push_back({"client.address", request.clientAddress});
  context_ = {.traceId = root_.traceId, .spanId = root_.spanId, .sampled = true, .state = root_.state};
  return context_;
}

Span RequestTrace::newSpan(const TraceContext& parent, std::string_view name, SpanKind kind) const {
  Span span;
  span.traceId = parent.traceId;
  span.spanId = tracer_->newSpanId();
  span.parent = parent.spanId;
  span.state = parent.state;
  span.name = name;
  span.kind = kind;
  return span;
}

void RequestTrace::endSpan(Span span, nanoseconds begun) const {
  span.start = realBegun_ + (begun - begun_);
  span.duration = now() - begun;
  tracer_->ended(span);
}

void RequestTrace::endStep(std::string_view name, nanoseconds begun, std::optional<SpanLink> link) {
  if (!isRecorded()) return;
  auto span = newSpan(context_, name, SpanKind::internal);
  if (link) span.links.push_back(*link);
  endSpan(std::move(span), begun);
}

void RequestTrace::endLookUp() {
  const auto begun = lookUpBegun_.exchange(kNone);
  if (begun == kNone) return;
  lookUpTook_ = now() - begun;
  endStep("cache.lookup", begun);
}

void RequestTrace::endWait(const void* payload) {
  lookUpBegun_ = kNone;  // the leader made it
  const auto begun = waitBegun_.exchange(kNone);
  if (begun != kNone) endStep("cache.wait", begun, tracer_->loadOf(payload));
}

void RequestTrace::rememberLoad(const void* payload) {
  if (!isRecorded()) return;
  forgetLoad();
  tracer_->rememberLoad(payload, {.traceId = context_.traceId, .spanId = {handlerSpan_}});
  load_ = payload;
}

void RequestTrace::forgetLoad() {
  if (const auto* const payload = load_.exchange(nullptr)) tracer_->forgetLoad(payload);
}

void RequestTrace::endHandler(SpanId span, nanoseconds took) {
  handlerSpan_ = span.value;
  handlerTook_ = took;
}

void RequestTrace::end(Response& response) {
  if (isFromCache(response.outcome)) endLookUp();
  const auto took = now() - begun_;
  if (timed_) addServerTiming(response, took);
  if (!isRecorded()) return;
  Span span = std::move(root_);
  span.name = std::get<std::string>(span.attributes.front().value);
  if (span.name == "_OTHER") span.name = "HTTP";
  if (!route_.empty()) {
    const auto pattern = std::string_view(route_).substr(route_.find(' ') + 1);
    span.name.append(" ").append(pattern);
    span.attributes.push_back({"http.route", std::string(pattern)});
  }
  span.attributes.push_back({"http.response.status_code", std::int64_t{response.status}});
  if (response.outcome != CacheOutcome::none)
    span.attributes.push_back({"larder.cache.result", std::string(toString(response.outcome))});
  span.failed = response.status >= 500;
  if (span.failed) span.attributes.push_back({"error.type", std::to_string(response.status)});
  span.duration = took;
  tracer_->ended(span);
}

void RequestTrace::addServerTiming(Response& response, nanoseconds took) const {
  std::string timing;
  const auto add = [&timing](const std::string& metric, nanoseconds duration) {
    timing.append(timing.empty() ? "" : ", ").append(metric);
    if (duration != kNone) timing.append(";dur=").append(inMilliseconds(duration));
  };
  if (response.outcome != CacheOutcome::none)
    add("cache;desc=\"" + std::string(toString(response.outcome)) + "\"", lookUpTook_);
  if (!isFromCache(response.outcome) && handlerTook_.load() != kNone) add("handler", handlerTook_);
  add("total", took);
  // Fields beside the cached form must differ in name from its own.
  if (response.stored && response.field("Server-Timing")) response = std::move(response).inFull();
  response.headers.add("Server-Timing", timing);
}

HandlerSpan::HandlerSpan(const Request& request) : outer_(request), begun_(traceOf(request)->now()) {
  const auto& current = *request.boundSpan;
  if (!current.context) return;
  span_ = current.trace->newSpan(*current.context, "handler", SpanKind::internal);
  span_.failed = true;  // unless it answers
  auto within = std::make_shared<CurrentSpan>(current);
  within->context->spanId = span_.spanId;
  inner_.emplace(request).boundSpan = std::move(within);
}

void HandlerSpan::threw(const std::exception& exception) {
  if (inner_) span_.attributes.push_back({"exception.message", exception.what()});
}

HandlerSpan::~HandlerSpan() {
  auto& trace = *traceOf(outer_);
  trace.endHandler(span_.spanId, trace.now() - begun_);
  if (span_.spanId) trace.endSpan(std::move(span_), begun_);
}

}  // namespace larder::http
