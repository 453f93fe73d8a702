// SPDX-License-Identifier: Apache-2.0
#include <larder/http/request_origin.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "http/forwarded.hpp"
#include "http/network.hpp"

namespace larder::http {
namespace {

constexpr std::string_view kUnix = "unix";

std::size_t startOfPort(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos) return host.size();
  return colon;
}

std::string checkedName(const std::string& name) {
  if (name.empty() || startOfPort(name) != name.size() || name.find_first_of("/ \t,@") != std::string::npos)
    throw std::invalid_argument("\"" + name +
                                "\" is not a host name; write it without scheme, port and path");
  return name;
}

}  // namespace

struct RequestOrigin::Rules {
  explicit Rules(const OriginOptions& options) : forwardedBy(options.forwardedBy) {
    for (const auto& proxy : options.trustedProxies) {
      if (proxy == kUnix) {
        unixPeers = true;
        continue;
      }
      const auto network = Network::parse(proxy);
      if (!network)
        throw std::invalid_argument(
            "\"" + proxy + "\" is not an address, a network or \"unix\"; write 127.0.0.1 or 10.0.0.0/8");
      networks.push_back(*network);
    }
    for (const auto& host : options.hosts) hosts.push_back(checkedName(host));
  }

  bool trusts(const std::optional<IpAddress>& address) const {
    return address && std::ranges::any_of(networks, [&](const Network& each) { return each.has(*address); });
  }

  // The nearest proxy's report comes last. The client that it names is believed in turn if it is a trusted
  // proxy.
  void takeForwarded(Request& request) const {
    const bool trusted = request.clientAddress.empty() ? unixPeers : trusts(parseIp(request.clientAddress));
    if (!trusted) return;
    const auto hops = forwardedBy == ForwardedBy::forwarded ? hopsOfForwarded(request.headers)
                                                            : hopsOfXForwarded(request.headers);
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
      request.secure = equalsIgnoreCase(hop->scheme, "https");
      const auto client = parseIp(hop->client);
      if (!client) return;
      request.clientAddress = textOf(*client);
      if (!trusts(client)) return;
    }
  }

  std::optional<std::string> canonical(std::string_view host) const {
    const auto port = startOfPort(host);
    const auto is_ours = [&](const std::string& each) {
      return equalsIgnoreCase(each, host.substr(0, port));
    };
    if (std::ranges::none_of(hosts, is_ours)) return std::nullopt;
    return hosts.front() + std::string(host.substr(port));
  }

  // Origin is rewritten in step, or requests from this server's own pages would count as cross-site.
  void canonicalize(Request& request) const {
    const auto host = request.headers.get("Host");
    if (auto named = host ? canonical(*host) : std::nullopt) request.headers.set("Host", *named);
    const auto origin = request.headers.get("Origin").value_or("");
    const auto name = origin.find("://");
    if (name == std::string_view::npos) return;
    if (auto named = canonical(origin.substr(name + 3)))
      request.headers.set("Origin", std::string(origin.substr(0, name + 3)) + *named);
  }

  bool unixPeers = false;
  ForwardedBy forwardedBy;
  std::vector<Network> networks{};
  std::vector<std::string> hosts{};
};

RequestOrigin::RequestOrigin(const OriginOptions& options)
    : rules_(options.trustedProxies.empty() && options.hosts.empty() ? nullptr
                                                                     : std::make_unique<Rules>(options)) {}
RequestOrigin::~RequestOrigin() = default;

void RequestOrigin::settle(Request& request) const {
  if (!rules_) return;
  rules_->takeForwarded(request);
  if (!rules_->hosts.empty()) rules_->canonicalize(request);
}

}  // namespace larder::http
