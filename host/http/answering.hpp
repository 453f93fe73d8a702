// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_ANSWERING_HPP
#define LARDER_HTTP_ANSWERING_HPP

#include <memory>
#include <optional>
#include <utility>

#include <larder/http/handle.hpp>
#include "http/pending_response.hpp"

namespace larder::http {

/// The path of one response to its client while the Handle runs: an immediate response is kept here, a later
/// one goes to the mailbox. Both constructor arguments must outlive the object.
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

  /// Answers 500 because the Handle threw, unless a response has been given already.
  void fail() {
    auto response = Response::problem(500, "internal-error", "Internal Server Error",
                                      "The request failed; try again later.");
    if (pending_)
      pending_->give(std::move(response));
    else if (!response_)
      response_ = std::move(response);
  }

  /// Takes the response; nullopt if it comes later. A Handle that neither responded nor called later() gets a
  /// 503.
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
