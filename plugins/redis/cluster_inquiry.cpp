// SPDX-License-Identifier: Apache-2.0
#include "cluster_inquiry.hpp"

#include "command.hpp"

#include <larder/plugin.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace larder::redis {

struct ClusterInquiry::Question {
  std::shared_ptr<ClusterInquiry> inquiry;
  std::size_t answer;  // index in answers_
  bool aboutSlots;
  std::string command;
  std::array<char, 128> text{};
  larder_op op{};
};

void ClusterInquiry::ask(const HostPort& node, std::uint64_t deadlineNs, const Send& send) {
  std::size_t index = 0;
  {
    const std::lock_guard lock(mutex_);
    index = answers_.size();
    answers_.push_back({node, std::nullopt, std::nullopt, false});
  }
  for (const bool aboutSlots : {false, true}) {
    auto question = std::make_unique<Question>();
    question->inquiry = shared_from_this();
    question->answer = index;
    question->aboutSlots = aboutSlots;
    appendCommand(question->command, {"CLUSTER", aboutSlots ? "SLOTS" : "INFO"});
    larder_op& op = question->op;
    op.struct_size = sizeof op;
    op.opcode = rawCommands;
    op.number = 1;
    op.value = plugin::bytes(question->command);
    op.error = {question->text.data(), static_cast<std::uint32_t>(question->text.size()), 0};
    op.deadline_ns = deadlineNs;
    op.complete = arrive;
    op.user = question.get();
    const larder_status status = send(op);
    if (status != LARDER_PENDING)
      accept(*question, status);
    else
      static_cast<void>(question.release());  // arrive() deletes it
  }
}

// Runs on the thread of the node's loop.
void ClusterInquiry::arrive(larder_op* op, larder_status status) {
  const std::unique_ptr<Question> question(static_cast<Question*>(op->user));
  if (question->inquiry->accept(*question, status)) question->inquiry->over_();
}

// Returns true if the inquiry is over now, and was not before.
bool ClusterInquiry::accept(const Question& question, larder_status status) noexcept {
  const std::lock_guard lock(mutex_);
  Answer& answer = answers_[question.answer];
  const bool before = isOverLocked();
  try {
    const Reply reply(status == LARDER_OK ? static_cast<redisReply*>(question.op.result.owner) : nullptr);
    const larder_text& error = question.op.error;
    answer.failed = answer.failed || status != LARDER_OK;
    if (status != LARDER_OK) {
      failure_ = status;
      reason_.assign(error.data, error.size);
    } else if (reply->type == REDIS_REPLY_ERROR) {
      answer.failed = true;
      // Any other error, such as that of a server without cluster mode, is one of configuration, which may
      // change.
      failure_ = statusOfError(textOf(*reply)) == LARDER_AUTH ? LARDER_AUTH : LARDER_UNAVAILABLE;
      reason_ = "redis answered " + publicText(textOf(*reply));
    } else if (!question.aboutSlots) {
      answer.state = readClusterState(*reply);
    } else {
      answer.topology = readTopology(*reply, answer.node);
      answer.failed = answer.failed || !answer.topology;
      if (!answer.topology) reason_ = "an answer to CLUSTER SLOTS that is malformed";
    }
  } catch (const std::exception&) {
    answer.failed = true;
  }
  return !before && isOverLocked();
}

bool ClusterInquiry::isOver() const {
  const std::lock_guard lock(mutex_);
  return isOverLocked();
}

bool ClusterInquiry::isOverLocked() const {
  std::size_t complete = 0;
  std::size_t failed = 0;
  for (const Answer& answer : answers_) {
    if (answer.failed) ++failed;
    if (!answer.failed && answer.topology && answer.state) ++complete;
  }
  return complete > answers_.size() / 2 || complete + failed == answers_.size();
}

ClusterInquiry::Outcome ClusterInquiry::outcome() const {
  const std::lock_guard lock(mutex_);
  Outcome outcome;
  outcome.failure = failure_;
  outcome.reason = reason_;
  const Answer* latest = nullptr;
  for (const Answer& answer : answers_) {
    if (answer.failed || !answer.topology || !answer.state) continue;
    if (latest == nullptr || answer.state->epoch > latest->state->epoch) latest = &answer;
  }
  if (latest == nullptr) return outcome;
  outcome.topology = latest->topology;
  outcome.works = latest->state->works;
  return outcome;
}

}  // namespace larder::redis
