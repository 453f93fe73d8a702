// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_ANSWERING_HPP
#define LARDER_HTTP_ANSWERING_HPP

#include <memory>
#include <optional>
#include <utility>

#include <larder/http/handle.hpp>
#include "http/pending_response.hpp"

namespace larder::http {

/// The way of one response to its client, while the Handle runs: kept here if it is there at once, else sent
/// to the mailbox. What it is made with outlives it.
class Answering final : public Responder {
 public:
  Answering(const std::shared_ptr<Mailbox>& mailbox, const std::shared_ptr<Client>& client)
      : mailbox_(mailbox), client_(client) {}

  void respond(Response&& response) override {
    if (!response_ && !pending_) response_ = std::move(response);
  }

  Respond later() override {
    if (!pending_) pending_ = std::make_shared<PendingResponse>(mailbox_, client_);
    return [pending = pending_](Response response) { pending->give(std::move(response)); };
  }

  /// The Handle threw.
  void fail() {
    auto response = Response::problem(500, "internal-error", "Internal Server Error",
                                      "The request failed; try again later.");
    if (pending_)
      pending_->give(std::move(response));
    else if (!response_)
      response_ = std::move(response);
  }

  /// The response; nothing if it comes later.
  std::optional<Response> take() {
    if (!response_ && !pending_) return PendingResponse::dropped();
    return std::move(response_);
  }

 private:
  const std::shared_ptr<Mailbox>& mailbox_;
  const std::shared_ptr<Client>& client_;
  std::optional<Response> response_;
  std::shared_ptr<PendingResponse> pending_;
};

}  // namespace larder::http

#endif
