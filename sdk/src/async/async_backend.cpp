// SPDX-License-Identifier: Apache-2.0
#include <larder/async_backend.hpp>

#include "async/ordered_channel.hpp"

#include <larder/async/inbox.hpp>
#include <larder/async/io_loop.hpp>
#include <larder/async/operation_counters.hpp>

#include <utility>

namespace larder::plugin {

// The thread ends before anything that it uses.
struct AsyncBackend::Parts {
  std::unique_ptr<Protocol> protocol;
  OperationCounters counters;
  Inbox inbox;
  OrderedChannel channel;
  IoLoop loop;

  Parts(Host host, std::unique_ptr<Protocol> bytes, const Options& options, const std::string& name)
      : protocol(std::move(bytes)),
        inbox(options.pendingOperations, options.pendingBytes, counters),
        channel(host, *protocol, options, name, inbox, counters),
        loop(host, inbox, channel, "larder-" + name) {}
};

AsyncBackend::AsyncBackend(Host host, std::unique_ptr<Protocol> protocol, const Options& options,
                           const std::string& name)
    : host_(host), parts_(std::make_unique<Parts>(host, std::move(protocol), options, name)) {}

AsyncBackend::~AsyncBackend() = default;

void AsyncBackend::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  const std::uint64_t now = host_.monotonicNs();
  for (std::uint32_t i = 0; i < count; ++i) {
    larder_op& op = *ops[i];
    results[i] = judge(op);
    if (results[i] == LARDER_OK) results[i] = parts_->loop.admit(op, now);
    if (results[i] == LARDER_PENDING) continue;
    releaseDonation(op);
    parts_->counters.count(op.opcode, results[i]);
  }
  parts_->loop.submit(ops, count, results);
}

larder_status AsyncBackend::judge(larder_op& op) const noexcept {
  const larder_status status = check(op, maxKeySize(), maxValueSize());
  if (status == LARDER_OK && larder_lacks_capability(&op, capabilities())) return LARDER_UNSUPPORTED;
  return status;
}

void AsyncBackend::cancel(larder_op& op) noexcept { parts_->inbox.cancel(op); }

void AsyncBackend::stats(larder_stats& stats) const noexcept { parts_->counters.fill(stats); }

larder_status AsyncBackend::drain(std::uint64_t deadlineNs) noexcept {
  return parts_->loop.drain(deadlineNs);
}

}  // namespace larder::plugin
