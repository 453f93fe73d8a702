// SPDX-License-Identifier: Apache-2.0
#include "raw_backend.hpp"

#include "eventually.hpp"

#include <larder/quantity.hpp>

#include <sys/random.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace larder::conformance {
namespace {

using namespace std::chrono_literals;

larder_bytes bytesOf(std::string_view text) { return {text.data(), text.size()}; }

larder_host makePlainHost() {
  larder_host host{};
  host.struct_size = sizeof host;
  host.abi_minor = LARDER_ABI_MINOR;
  host.self = nullptr;
  host.log = [](void*, std::uint32_t, larder_bytes) {};
  host.log_level = [](void*) -> std::uint32_t { return LARDER_LOG_ERROR; };
  host.monotonic_ns = [](void*) { return monotonicNs(); };
  host.realtime_ms = [](void*) -> std::int64_t { return SystemClock().realtime().count(); };
  host.alloc = [](void*, std::uint64_t size) { return std::malloc(size); };
  host.free = [](void*, void* memory, std::uint64_t) { std::free(memory); };
  host.random = [](void*, void* data, std::uint64_t size) -> larder_status {
    return ::getrandom(data, size, 0) == static_cast<ssize_t>(size) ? LARDER_OK : LARDER_INTERNAL;
  };
  host.register_metric = [](void*, std::uint32_t, larder_bytes, larder_bytes) -> std::uint64_t { return 0; };
  host.add_metric = [](void*, std::uint64_t, std::uint64_t) {};
  host.set_metric = [](void*, std::uint64_t, std::int64_t) {};
  host.report_health = [](void*, std::uint32_t, larder_bytes) {};
  host.get_extension = [](void*, larder_bytes) -> const void* { return nullptr; };
  return host;
}

std::int64_t numberOf(std::uint32_t type, const std::string& text) {
  switch (type) {
    case LARDER_OPTION_INTEGER: return parseInteger(text).value();
    case LARDER_OPTION_BOOLEAN: return text == "true" ? 1 : 0;
    case LARDER_OPTION_DURATION: return parseDuration(text).value().count();
    case LARDER_OPTION_SIZE: return parseSize(text).value();
    default: return 0;
  }
}

std::vector<std::string> valuesOf(const PluginOption& option, const BackendSettings& settings) {
  if (const auto given = settings.find(option.name); given != settings.end()) return given->second;
  if (option.defaultValue.empty()) return {};
  return {option.defaultValue};
}

// Returns the table's members that both sides know, with optional gaps filled in.
larder_backend completeTable(const larder_backend* raw) {
  if (raw == nullptr || !LARDER_HAS(raw, larder_backend, submit) ||
      !LARDER_HAS(raw, larder_backend, destroy) || raw->submit == nullptr || raw->destroy == nullptr)
    throw std::runtime_error("create made no usable backend; fill struct_size, submit and destroy");
  larder_backend table{};
  std::memcpy(&table, raw, std::min<std::size_t>(raw->struct_size, sizeof table));
  if (table.cancel == nullptr) table.cancel = [](void*, larder_op*) {};
  if (table.stats == nullptr) table.stats = [](void*, larder_stats*) {};
  if (table.drain == nullptr) table.drain = [](void*, std::uint64_t) -> larder_status { return LARDER_OK; };
  if (table.get_extension == nullptr)
    table.get_extension = [](void*, larder_bytes) -> const void* { return nullptr; };
  return table;
}

}  // namespace

const larder_host& plainHost() {
  static const larder_host host = makePlainHost();
  return host;
}

std::uint64_t monotonicNs() { return static_cast<std::uint64_t>(SystemClock().monotonic().count()); }

RawBackend::RawBackend(const PluginLibrary& library, const BackendSettings& settings) {
  const RawSettings raw(library, settings);
  std::array<char, 512> text{};
  larder_text error{text.data(), static_cast<std::uint32_t>(text.size()), 0};
  const auto count = static_cast<std::uint32_t>(raw.list().size());
  const larder_backend* made = nullptr;
  if (library.descriptor().create(&plainHost(), raw.list().data(), count, &error, &made) != LARDER_OK)
    throw std::runtime_error(std::string(text.data(), std::min<std::size_t>(error.size, text.size())));
  table_ = completeTable(made);
}

RawBackend::~RawBackend() {
  drain(5s);
  table_.destroy(table_.self);
}

const void* RawBackend::extension(std::string_view id) const {
  return table_.get_extension(table_.self, bytesOf(id));
}

larder_status RawBackend::submit(larder_op& op) const {
  larder_op* const ops[] = {&op};
  larder_status status = LARDER_INTERNAL;
  table_.submit(table_.self, ops, 1, &status);
  return status;
}

larder_status RawBackend::drain(std::chrono::milliseconds timeout) const {
  const auto deadline = SystemClock().monotonic() + timeout;
  return table_.drain(table_.self, static_cast<std::uint64_t>(deadline.count()));
}

RawOp::RawOp(std::uint32_t opcode, std::string_view name_space, std::string_view key, std::string_view value)
    : nameSpace_(name_space), key_(key), value_(value) {
  op_.struct_size = sizeof op_;
  op_.opcode = opcode;
  op_.name_space = bytesOf(nameSpace_);
  op_.key = bytesOf(key_);
  op_.value = bytesOf(value_);
  op_.ttl_ms = LARDER_TTL_NONE;
  op_.error = {error_.data(), static_cast<std::uint32_t>(error_.size()), 0};
  op_.complete = [](larder_op* op, larder_status status) { static_cast<RawOp*>(op->user)->complete(status); };
  op_.user = this;
}

RawOp::~RawOp() {
  if (op_.result.release != nullptr) op_.result.release(op_.result.owner);
}

larder_status RawOp::perform(const RawBackend& backend) {
  start(backend);
  return wait();
}

void RawOp::start(const RawBackend& backend) {
  const larder_status status = backend.submit(op_);
  if (status != LARDER_PENDING) complete(status);
}

void RawOp::startTogether(const RawBackend& backend, const std::vector<RawOp*>& operations) {
  std::vector<larder_op*> ops;
  for (RawOp* const operation : operations) ops.push_back(&operation->op_);
  std::vector<larder_status> results(ops.size(), LARDER_INTERNAL);
  const larder_backend& table = backend.table();
  table.submit(table.self, ops.data(), static_cast<std::uint32_t>(ops.size()), results.data());
  for (std::size_t i = 0; i < operations.size(); ++i)
    if (results[i] != LARDER_PENDING) operations[i]->complete(results[i]);
}

larder_status RawOp::wait() const {
  if (!eventually([this] { return completions() > 0; }, 10s)) {
    std::fputs("an operation was not completed within 10 s\n", stderr);
    std::abort();
  }
  return status_.load();
}

void RawOp::complete(larder_status status) {
  status_.store(status);
  completions_.fetch_add(1);
}

void Donation::attachTo(larder_op& op) {
  op.flags |= LARDER_DONATE;
  op.value = bytesOf(bytes_);
  op.donated = {bytes_.data(), bytes_.size(), this,
                [](void* owner) { static_cast<Donation*>(owner)->releases_.fetch_add(1); }};
}

RawSettings::RawSettings(const PluginLibrary& library, const BackendSettings& settings) {
  for (const PluginOption& option : library.options())
    for (const std::string& value : valuesOf(option, settings)) {
      const bool is_text = option.type == LARDER_OPTION_STRING;
      add(option.name, is_text ? value : "", is_text ? 0 : numberOf(option.type, value));
    }
}

void RawSettings::add(std::string_view name, std::string_view text, std::int64_t number) {
  const std::string& own_name = texts_.emplace_back(name);
  const std::string& own_text = texts_.emplace_back(text);
  list_.push_back({bytesOf(own_name), bytesOf(own_text), number});
}

}  // namespace larder::conformance
