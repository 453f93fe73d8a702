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

/// What would become of a request at this moment, and why.
struct Explanation {
  enum class Outcome : std::uint8_t {
    hit,        ///< what is stored is served
    stale,      ///< what is stored is served although it expired, and renewed
    miss,       ///< the handler runs, or waits for another run of it; with only-if-cached, 504
    bypass,     ///< the handler runs for this request alone
    notCached,  ///< the endpoint has no policy, or one that is disabled: its handler runs
    noEndpoint  ///< 404 or 405
  };
  Outcome outcome = Outcome::noEndpoint;
  std::string reason{};  ///< one sentence

  const Endpoint* endpoint = nullptr;

  // Of an endpoint with a policy.
  Key key{};
  std::vector<KeyField> keyFields{};
  std::vector<std::string> tags{};   ///< with the request's parameters filled in
  Inspection entry{};                ///< also of a request that would not be looked up
  std::optional<Response> stored{};  ///< the entry as a response, in full, if it is one
};

/// "hit", "stale", "miss", "bypass", "not cached", "no endpoint"
std::string_view toString(Explanation::Outcome outcome);

/// `match` is the router's for `request`. Runs no handler and changes nothing; waits for the backend, and for
/// the session where the key needs it: may throw SessionsUnavailable.
Explanation explain(Cache& cache, const Router::Match& match, const Request& request);

}  // namespace larder::http

#endif
