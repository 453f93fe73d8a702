// SPDX-License-Identifier: Apache-2.0
#include "commands/admin_client.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

#include <stdexcept>

#include "admin/admin_token.hpp"

namespace larder::host {
namespace {

using nlohmann::ordered_json;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using Poco::Net::SocketAddress;

const Poco::Timespan kPatience(10, 0);  // s, us

// For a host that listens on all addresses, connects to the loopback address.
SocketAddress reachable(const std::string& address) {
  const SocketAddress given(address);
  if (!given.host().isWildcard()) return given;
  const bool is_v6 = given.family() == Poco::Net::AddressFamily::IPv6;
  return {is_v6 ? "::1" : "127.0.0.1", given.port()};
}

std::optional<std::string> tokenFor(const AdminConfig& admin, const Environment& environment) {
  const auto variable = environment.find(std::string(kAdminTokenVariable));
  return variable == environment.end() ? adminToken(admin) : std::optional(variable->second);
}

std::string detailIn(const std::string& body) {
  const auto problem = ordered_json::parse(body, nullptr, false);
  return problem.is_object() ? problem.value("detail", std::string()) : std::string();
}

}  // namespace

AdminClient::AdminClient(const AdminConfig& admin, const Environment& environment)
    : address_(admin.address), token_(tokenFor(admin, environment)) {}

ordered_json AdminClient::get(const std::string& path) const { return ask(HTTPRequest::HTTP_GET, path, {}); }

ordered_json AdminClient::post(const std::string& path, const ordered_json& body) const {
  return ask(HTTPRequest::HTTP_POST, path, body.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

ordered_json AdminClient::ask(const std::string& method, const std::string& path,
                              const std::string& body) const {
  const auto who = "the admin listener on " + address_ + " (admin.address)";
  std::string answer;
  HTTPResponse response;
  try {
    Poco::Net::HTTPClientSession session(reachable(address_));
    session.setTimeout(kPatience);
    HTTPRequest request(method, path, HTTPRequest::HTTP_1_1);
    if (token_) request.set("Authorization", "Bearer " + *token_);
    if (!body.empty()) {
      request.setContentType("application/json");
      request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    }
    session.sendRequest(request) << body;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), answer);
  } catch (const Poco::Exception& error) {
    throw std::runtime_error(who + " does not answer: " + error.displayText() +
                             "; is larder serve running with this configuration?");
  }
  if (response.getStatus() != HTTPResponse::HTTP_OK)
    throw std::runtime_error(who + " answers " + std::to_string(response.getStatus()) + ": " +
                             detailIn(answer));
  auto parsed = ordered_json::parse(answer, nullptr, false);
  if (parsed.is_discarded())
    throw std::runtime_error(who +
                             " sent a response that is not JSON; another program may be listening there");
  return parsed;
}

std::string encodedForQuery(const std::string& text) {
  std::string value;
  Poco::URI::encode(text, "!*'();:@&=+$,/?#[]\"<>\\^`{|}", value);
  return value;
}

}  // namespace larder::host
