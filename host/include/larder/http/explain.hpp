// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_EXPLAIN_HPP
#define LARDER_HTTP_EXPLAIN_HPP

#include <larder/cache.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/cacheability.hpp>
#include <larder/http/router.hpp>

namespace larder::http {

/// What would happen to a request at this moment, and why.
struct Explanation {
  enum class Outcome : std::uint8_t {
    hit,        ///< the stored response is served
    stale,      ///< the stored response is served although it has expired, and is refreshed
    miss,       ///< the handler runs, or the request waits for a run in flight; with only-if-cached, 504
    bypass,     ///< the handler runs for this request alone
    notCached,  ///< the handler runs: the endpoint has no policy, or a disabled one
    noEndpoint  ///< 404 or 405
  };
  Outcome outcome = Outcome::noEndpoint;
  std::string reason{};  ///< one sentence

  const Endpoint* endpoint = nullptr;

  // Set for endpoints with a policy.
  Key key{};
  std::vector<KeyField> keyFields{};
  std::vector<std::string> tags{};   ///< with the request's parameters filled in
  Inspection entry{};                ///< also for a request that would not be looked up
  std::optional<Response> stored{};  ///< the entry as a complete response, if it is one
};

/// Returns "hit", "stale", "miss", "bypass", "not cached" or "no endpoint".
std::string_view toString(Explanation::Outcome outcome);

/// `match` is the router's result for `request`. Runs no handler and changes nothing. Waits for the backend,
/// and for the session if the key needs it, so it may throw SessionsUnavailable.
Explanation explain(Cache& cache, const Router::Match& match, const Request& request);

}  // namespace larder::http

#endif
