// SPDX-License-Identifier: Apache-2.0
#include "ask_detours.hpp"

#include "command.hpp"

#include <larder/plugin.hpp>

#include <atomic>
#include <mutex>
#include <string_view>
#include <utility>

namespace larder::redis {
namespace {

// Asks for another attempt: see redirectionIn.
constexpr std::string_view noAnswer = "TRYAGAIN the node that the slot moves to did not answer";

}  // namespace

// Where replies arrive. The other node may deliver one after the loop that waited for it has ended.
struct AskDetours::Station {
  std::mutex mutex;
  plugin::Inbox* inbox;  // nullptr once nobody waits
};

struct AskDetours::Trip {
  std::shared_ptr<Station> station;
  std::string commands;
  larder_op op{};
  Reply reply;
  larder_status status = LARDER_PENDING;
  std::atomic<bool> hasArrived{false};
};

AskDetours::AskDetours(NodeEvents& events, plugin::Inbox& inbox)
    : events_(events), station_(std::make_shared<Station>()) {
  station_->inbox = &inbox;
}

AskDetours::~AskDetours() {
  const std::lock_guard lock(station_->mutex);
  station_->inbox = nullptr;
}

void AskDetours::keep(Reply reply) { queue_.push_back({std::move(reply), nullptr}); }

void AskDetours::send(const HostPort& node, std::string commands, bool isWrite, std::uint64_t deadlineNs) {
  auto trip = std::make_shared<Trip>();
  trip->station = station_;
  trip->commands = std::move(commands);
  trip->op.struct_size = sizeof(larder_op);
  trip->op.opcode = rawCommands;
  trip->op.flags = isWrite ? rawWrite : 0;
  trip->op.number = 2;
  trip->op.value = plugin::bytes(trip->commands);
  trip->op.deadline_ns = deadlineNs;
  trip->op.complete = arrive;
  queue_.push_back({nullptr, trip});
  auto owner = std::make_unique<std::shared_ptr<Trip>>(trip);
  trip->op.user = owner.get();
  const larder_status status = events_.forward(node, trip->op);
  if (status == LARDER_PENDING) {
    static_cast<void>(owner.release());  // arrive() deletes it
    return;
  }
  trip->status = status;
  trip->hasArrived.store(true, std::memory_order_release);
}

// Runs on the thread of the other node's loop.
void AskDetours::arrive(larder_op* op, larder_status status) {
  const std::unique_ptr<std::shared_ptr<Trip>> owner(static_cast<std::shared_ptr<Trip>*>(op->user));
  Trip& trip = **owner;
  if (status == LARDER_OK) trip.reply.reset(static_cast<redisReply*>(op->result.owner));
  trip.status = status;
  trip.hasArrived.store(true, std::memory_order_release);
  const std::lock_guard lock(trip.station->mutex);
  if (trip.station->inbox != nullptr) trip.station->inbox->callThread();
}

std::optional<AskDetours::Answer> AskDetours::next() {
  if (queue_.empty()) return std::nullopt;
  Place& place = queue_.front();
  Answer answer{std::move(place.reply), false};
  if (place.trip) {
    if (!place.trip->hasArrived.load(std::memory_order_acquire)) return std::nullopt;
    const larder_status status = place.trip->status;
    const bool unsent = status == LARDER_UNAVAILABLE || status == LARDER_OVERLOADED;
    answer.unknown = status != LARDER_OK && !unsent && place.trip->op.flags == rawWrite;
    answer.reply = status == LARDER_OK ? std::move(place.trip->reply) : makeErrorReply(noAnswer);
  }
  queue_.pop_front();
  return answer;
}

}  // namespace larder::redis
